import type { CodeCorpus } from "./codeCorpus";
import { nearNames } from "./nearNames";
import type { Question } from "./question";
import type { QuestionNames } from "./questionNames";
import { chunksSpeakingOf } from "./speakingChunks";
import { stopWords } from "./stopWords";
import { TopScores } from "./topScores";
import { limits, named } from "./weights";

const leastLead = 1e-6;
/** Of the names that are like one that is nowhere. */
const namesLookedAt = 10;

/**
 * Sees to it that what the question names comes: the chunks of named files before all others, and for each named
 * identifier, among the first, the best chunks that define it, or speak of it most where none does; before all others
 * where the question is about nothing else. A name that is nowhere stands for the nearest that is. Returns the files
 * named.
 * @param kindWeight what the kind of a chunk's file counts: a heading called like code does not come before the code
 */
export function liftNamed(corpus: CodeCorpus, { names, isAboutNames }: Pick<Question, "names" | "isAboutNames">, scores: Map<number, number>, kindWeight: (chunk: number) => number): ReadonlySet<string> {
  const files = new Set(names.paths.flatMap((path) => filesNamed(corpus, path).slice(0, named.filesPerPath)));
  liftBest(namingsOf(corpus, names, isAboutNames), scores, kindWeight);
  const scoreOf = (chunk: number) => scores.get(chunk) ?? 0;
  for (const file of files) for (const chunk of corpus.chunkNumbersOf(file)) scores.set(chunk, scoreOf(chunk) + named.path);
  return files;
}

/** The chunks that stand for a name, with the rank that the best `most` of them are to come at. */
interface Naming {
  readonly chunks: readonly number[];
  readonly rank: number;
  readonly most: number;
}

function namingsOf(corpus: CodeCorpus, { identifiers, word }: QuestionNames, isAboutNames: boolean): readonly Naming[] {
  const defining = isAboutNames ? named.subject : named.identifier;
  const namings = identifiers.map((name) => namingOf(corpus, name, defining));
  return isAboutNames && word !== undefined ? [...namings, { chunks: fewOf(corpus.symbols.exact(word)), ...defining }] : namings;
}

/** The order among the best of a name stays as it was. */
function liftBest(namings: readonly Naming[], scores: Map<number, number>, kindWeight: (chunk: number) => number): void {
  const scoreOf = (chunk: number) => scores.get(chunk) ?? 0;
  const floors = new Map([...new Set(namings.map(({ rank }) => rank))].map((rank) => [rank, scoreAtRank(rank, scores)] as const));
  for (const { chunks, rank, most } of namings) {
    const best = [...chunks].sort((a, b) => scoreOf(b) - scoreOf(a) || a - b).slice(0, most);
    best.forEach((chunk, i) => scores.set(chunk, Math.max(scoreOf(chunk), (floors.get(rank) ?? 0) * kindWeight(chunk) + leastLead * (best.length - i))));
  }
}

/** 0 when there are fewer. */
function scoreAtRank(rank: number, scores: ReadonlyMap<number, number>): number {
  const best = new TopScores(rank);
  for (const [chunk, score] of scores) best.offer(chunk, score);
  return best.inOrder()[rank - 1]?.score ?? 0;
}

/** Files whose path is, or ends with, the name; shortest first, since that is nearest to the root. */
function filesNamed(corpus: CodeCorpus, name: string): readonly string[] {
  const endingWith = (wanted: string) => {
    const lower = wanted.toLowerCase();
    const matches = (path: string) => path === lower || path.endsWith(`/${lower}`);
    return [...corpus.files.keys()].filter((path) => matches(path.toLowerCase())).sort((a, b) => a.length - b.length);
  };
  const found = endingWith(name);
  if (found.length > 0) return found;
  const fileNames = new Set([...corpus.files.keys()].map(fileName));
  const [nearest] = /\.\w+$/.test(name) ? nearNames(fileName(name), fileNames) : [];
  return nearest === undefined ? [] : endingWith(nearest);
}

function fileName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** The definitions of a name; of one that is nowhere, those of the nearest; else the chunks that speak of it most. */
function namingOf(corpus: CodeCorpus, name: string, defining: Omit<Naming, "chunks">): Naming {
  const defined = corpus.symbols.exact(name);
  if (defined.length > 0) return { chunks: fewOf(defined), ...defining };
  // A word of chat that is no definition, such as a lone "why", names nothing.
  if (stopWords.has(name.toLowerCase())) return { chunks: [], ...defining };
  const { count, best } = chunksSpeakingOf(corpus, name, named.identifier.most);
  if (count === 0) return { chunks: chunksNearly(corpus, name), ...defining };
  return { chunks: count > limits.definitionsPerName ? [] : best, ...named.identifier };
}

function chunksNearly(corpus: CodeCorpus, name: string): readonly number[] {
  const [nearest] = nearNames(name, [...corpus.symbols.near(name, namesLookedAt), ...corpus.symbols.prefix(name, namesLookedAt)]);
  return nearest === undefined ? [] : fewOf(corpus.symbols.exact(nearest));
}

/** None of so many definitions that what they bear is no name but a common word. */
function fewOf(definitions: readonly number[]): readonly number[] {
  return definitions.length > limits.definitionsPerName ? [] : definitions;
}
