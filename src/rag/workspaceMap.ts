import { setImmediate as nextTurn } from "node:timers/promises";
import type { CodeCorpus } from "./codeCorpus";
import type { MapEntry } from "./ports";
import { ReferenceGraph } from "./referenceGraph";
import { definitionsIn, isReferable, type NamedDefinition, worthOf } from "./referenceNames";
import { signatureAt } from "./signature";
import { isTestFile } from "./testFiles";

export interface WorkspaceMapDeps {
  readonly corpus: () => CodeCorpus;
  /** The lines of a file as it is now; empty when it cannot be read. */
  readonly readLines: (path: string) => Promise<readonly string[]>;
}

interface Made {
  readonly corpus: CodeCorpus;
  readonly revision: number;
  readonly graph: Promise<ReferenceGraph>;
}

/** The event loop is left alone no longer than this. Milliseconds. */
const turnMs = 15;
const signaturesPerFile = 6;
/** What is exported may turn up among these. */
const definitionsPerFile = 18;

/** A definition of a file and how much the rest of the workspace speaks of it. */
interface RatedDefinition extends NamedDefinition {
  readonly rating: number;
}

/** The most central files of the workspace, by who refers to whom. Made when first asked for after a change. */
export class WorkspaceMap {
  readonly #deps: WorkspaceMapDeps;
  #made: Made | undefined;
  #latest: ReferenceGraph | undefined;

  constructor(deps: WorkspaceMapDeps) {
    this.#deps = deps;
  }

  /** The graph that was last made, which may be of an earlier state; undefined before the first. Takes no time. */
  get latestGraph(): ReferenceGraph | undefined {
    return this.#latest;
  }

  /** The graph of the workspace as it is, made when need be, in steps that leave the event loop alone for some milliseconds. */
  async graph(): Promise<ReferenceGraph> {
    const corpus = this.#deps.corpus();
    let made = this.#made;
    if (made?.corpus !== corpus || made.revision !== corpus.revision) {
      made = this.#made = { corpus, revision: corpus.revision, graph: ReferenceGraph.build(corpus, pausing()) };
    }
    try {
      return (this.#latest = await made.graph);
    } catch (error) {
      if (this.#made === made) this.#made = undefined;
      throw error;
    }
  }

  /** The most central files of source code that have definitions others speak of, at most `limit`. */
  async entries(limit: number): Promise<readonly MapEntry[]> {
    const graph = await this.graph();
    const corpus = this.#deps.corpus();
    const entries: MapEntry[] = [];
    const pause = pausing();
    for (const path of graph.ranked()) {
      if (entries.length >= limit) break;
      const best = isTestFile(path) ? [] : bestDefinitions(corpus, path, graph);
      if (best.length > 0) entries.push({ path, rank: graph.rankOf(path), signatures: await this.#signatures(path, best) });
      await pause();
    }
    return entries;
  }

  async #signatures(path: string, best: readonly RatedDefinition[]): Promise<readonly string[]> {
    const lines = await this.#deps.readLines(path);
    const all = best.map(({ name, line }) => (line !== undefined && lines[line - 1]?.includes(name) ? signatureAt(lines, line) : name));
    const unlike = [...new Set(all)];
    return [...unlike.filter(isExported), ...unlike.filter((signature) => !isExported(signature))].slice(0, signaturesPerFile);
  }
}

/** The definitions of a file that other files mention most, those of more central files counting more. */
function bestDefinitions(corpus: CodeCorpus, path: string, graph: ReferenceGraph): readonly RatedDefinition[] {
  const rated = definitionsIn(corpus, path).map((definition) => ({ ...definition, rating: ratingOf(corpus, path, definition, graph) }));
  return rated.filter(({ rating }) => rating > 0).sort((a, b) => b.rating - a.rating).slice(0, definitionsPerFile);
}

/** Where a language says so. */
function isExported(signature: string): boolean {
  return /^(?:export|pub|public)\b/.test(signature);
}

function ratingOf(corpus: CodeCorpus, path: string, definition: NamedDefinition, graph: ReferenceGraph): number {
  const definers = new Set(corpus.symbols.anyCase(definition.name).map((chunk) => corpus.pathOf(chunk) ?? ""));
  const worth = worthOf(corpus, definition, [...definers].filter((one) => isReferable(corpus.files.get(one)?.language)).length);
  if (worth === 0) return 0;
  const files = new Set<string>();
  corpus.lexical.eachMention(definition.term, (chunk) => {
    const file = corpus.pathOf(chunk);
    if (file !== undefined && file !== path) files.add(file);
  });
  return worth * [...files].reduce((sum, file) => sum + graph.rankOf(file), 0);
}

function pausing(): () => Promise<void> {
  let began = performance.now();
  return async () => {
    if (performance.now() - began < turnMs) return;
    await nextTurn();
    began = performance.now();
  };
}
