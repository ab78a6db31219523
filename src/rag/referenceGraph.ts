import type { CodeCorpus } from "./codeCorpus";
import { fileKind } from "./fileKinds";
import { type InEdges, outWeights, pageRank, type Pause } from "./pageRank";
import { type DefinedName, definedNames } from "./referenceNames";
import { isTestFile } from "./testFiles";

/** A file that refers to another or is referred to. */
export interface Neighbour {
  readonly path: string;
  /** Share of all that the one refers to. From 0 to 1. */
  readonly share: number;
}

/** Tests speak of everything, and of helpers that nothing else knows. */
const testWeight = 0.2;
/** Mentions in more chunks of a file than this add nothing. */
const mostMentionsPerFile = 8;

/**
 * Which source file's definitions which other source files mention, by the terms of the lexical index: nothing is parsed again, and two
 * things of one name are not told apart. A graph is of the corpus as it was when it was made.
 */
export class ReferenceGraph {
  readonly #edges: InEdges;
  readonly #ranks: Float64Array;
  readonly #paths: readonly string[];
  readonly #nodes: ReadonlyMap<string, number>;
  readonly #out: Float64Array;

  private constructor(paths: readonly string[], edges: InEdges, ranks: Float64Array) {
    this.#paths = paths;
    this.#edges = edges;
    this.#ranks = ranks;
    this.#nodes = new Map(paths.map((path, node) => [path, node]));
    this.#out = outWeights(paths.length, edges.from, edges.weights);
  }

  /** `pause` is called often; between two calls it works for some milliseconds at most. */
  static async build(corpus: CodeCorpus, pause: Pause): Promise<ReferenceGraph> {
    const { lexical } = corpus;
    const files = [...corpus.files].flatMap(([path, { language, indexed }]) => (fileKind(language) === "source" ? [{ path, file: indexed.file }] : []));
    const names = await definedNames(corpus, pause);
    const collector = new EdgeCollector(files, (term, act) => lexical.eachMention(term, (chunk) => act(lexical.fileOf(chunk))));
    for (const { file } of files) {
      for (const name of names.get(file) ?? []) {
        collector.addMentions(name, file);
        await pause();
      }
      collector.endFile();
    }
    const edges = collector.edges();
    return new ReferenceGraph(files.map(({ path }) => path), edges, await pageRank(edges, pause));
  }

  /** Share of a walk along references that a file gets: all files together have 1. 0 for a file that is not in it. */
  rankOf(path: string): number {
    return this.#ranks[this.#nodes.get(path) ?? -1] ?? 0;
  }

  /** Files that others refer to by their rank, the most central first. */
  ranked(): readonly string[] {
    const { starts } = this.#edges;
    const referredTo = this.#paths.flatMap((_, node) => ((starts[node + 1] ?? 0) > (starts[node] ?? 0) ? [node] : []));
    return referredTo.sort((a, b) => (this.#ranks[b] ?? 0) - (this.#ranks[a] ?? 0) || a - b).map((node) => this.#paths[node] ?? "");
  }

  /** The files that refer to a file most, by how much of what they refer to lies there. */
  referrersOf(path: string, limit: number): readonly Neighbour[] {
    const node = this.#nodes.get(path);
    if (node === undefined) return [];
    const all: Neighbour[] = [];
    for (let edge = this.#edges.starts[node] ?? 0; edge < (this.#edges.starts[node + 1] ?? 0); edge++) all.push(this.#neighbour(this.#edges.from[edge] ?? 0, edge));
    return strongest(all, limit);
  }

  /** The files that a file refers to most. Takes a look at all edges: some milliseconds in large workspaces. */
  referredBy(path: string, limit: number): readonly Neighbour[] {
    const node = this.#nodes.get(path);
    const all: Neighbour[] = [];
    for (let to = 0; to < this.#paths.length; to++) {
      for (let edge = this.#edges.starts[to] ?? 0; edge < (this.#edges.starts[to + 1] ?? 0); edge++) {
        if (this.#edges.from[edge] === node) all.push({ ...this.#neighbour(node ?? 0, edge), path: this.#paths[to] ?? "" });
      }
    }
    return strongest(all, limit);
  }

  #neighbour(from: number, edge: number): Neighbour {
    return { path: this.#paths[from] ?? "", share: (this.#edges.weights[edge] ?? 0) / (this.#out[from] ?? 1) };
  }
}

function strongest(neighbours: readonly Neighbour[], limit: number): readonly Neighbour[] {
  return [...neighbours].sort((a, b) => b.share - a.share || (a.path < b.path ? -1 : 1)).slice(0, limit);
}

type EachMention = (term: number, act: (file: number) => void) => void;

/** Adds up mentions, one file that is referred to after the other. */
class EdgeCollector {
  readonly #nodes = new Map<number, number>();
  readonly #weightOf: readonly number[];
  readonly #eachMention: EachMention;
  readonly #starts: number[] = [0];
  #from = new Int32Array(1024);
  #weights = new Float32Array(1024);
  #length = 0;
  /** By node: what was collected for the present file, and for the present name. */
  readonly #sums: Float64Array;
  readonly #counts: Uint8Array;
  readonly #touched: number[] = [];

  constructor(files: readonly { readonly path: string; readonly file: number }[], eachMention: EachMention) {
    for (const [node, { file }] of files.entries()) this.#nodes.set(file, node);
    this.#weightOf = files.map(({ path }) => (isTestFile(path) ? testWeight : 1));
    this.#eachMention = eachMention;
    this.#sums = new Float64Array(files.length);
    this.#counts = new Uint8Array(files.length);
  }

  addMentions({ term, worth }: DefinedName, definer: number): void {
    const counted: number[] = [];
    this.#eachMention(term, (file) => {
      const node = this.#nodes.get(file);
      if (node === undefined || file === definer) return;
      if (this.#counts[node] === 0) counted.push(node);
      this.#counts[node] = Math.min((this.#counts[node] ?? 0) + 1, mostMentionsPerFile);
    });
    for (const node of counted) {
      if (this.#sums[node] === 0) this.#touched.push(node);
      this.#sums[node] = (this.#sums[node] ?? 0) + worth * Math.sqrt(this.#counts[node] ?? 0) * (this.#weightOf[node] ?? 1);
      this.#counts[node] = 0;
    }
  }

  endFile(): void {
    for (const node of this.#touched) {
      this.#push(node, this.#sums[node] ?? 0);
      this.#sums[node] = 0;
    }
    this.#touched.length = 0;
    this.#starts.push(this.#length);
  }

  edges(): InEdges {
    return { starts: Int32Array.from(this.#starts), from: this.#from.slice(0, this.#length), weights: this.#weights.slice(0, this.#length) };
  }

  #push(from: number, weight: number): void {
    if (this.#length === this.#from.length) {
      const [before, weights] = [this.#from, this.#weights];
      this.#from = new Int32Array(before.length * 2);
      this.#weights = new Float32Array(before.length * 2);
      this.#from.set(before);
      this.#weights.set(weights);
    }
    this.#from[this.#length] = from;
    this.#weights[this.#length++] = weight;
  }
}
