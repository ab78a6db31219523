import type { CodeCorpus } from "./codeCorpus";
import { nearNames } from "./nearNames";
import type { QuestionNames } from "./questionNames";
import { stopWords } from "./stopWords";
import { TopScores } from "./topScores";
import { limits, named } from "./weights";

const leastLead = 1e-6;
/** Of the names that are like one that is nowhere. */
const namesLookedAt = 10;

/**
 * Sees to it that what the question names comes: the chunks of named files before all others, and for each named
 * identifier, among the first, the best chunks that define it, or speak of it most where none does. A name that is
 * nowhere stands for the nearest that is. Returns the files named.
 */
export function liftNamed(corpus: CodeCorpus, { paths, identifiers }: QuestionNames, scores: Map<number, number>): ReadonlySet<string> {
  const files = new Set(paths.flatMap((path) => filesNamed(corpus, path).slice(0, named.filesPerPath)));
  const scoreOf = (chunk: number) => scores.get(chunk) ?? 0;
  const floor = identifiers.length === 0 ? 0 : scoreAtRank(named.identifierRank, scores);
  for (const name of identifiers) {
    const best = [...chunksNaming(corpus, name)].sort((a, b) => scoreOf(b) - scoreOf(a) || a - b).slice(0, named.chunksPerIdentifier);
    for (const chunk of best) scores.set(chunk, Math.max(scoreOf(chunk), floor + leastLead));
  }
  for (const file of files) for (const chunk of corpus.chunkNumbersOf(file)) scores.set(chunk, scoreOf(chunk) + named.path);
  return files;
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

function chunksNaming(corpus: CodeCorpus, name: string): readonly number[] {
  const defined = corpus.symbols.exact(name);
  if (defined.length > limits.definitionsPerName) return [];
  if (defined.length > 0) return defined;
  // A word of chat that is no definition, such as a lone "why", names nothing.
  if (stopWords.has(name.toLowerCase())) return [];
  const board = corpus.lexical.scoreChunks([{ text: name.toLowerCase(), weight: 1 }]);
  if (board.count === 0) return chunksNearly(corpus, name);
  return board.count > limits.definitionsPerName ? [] : board.top(named.chunksPerIdentifier).map(({ document }) => document);
}

function chunksNearly(corpus: CodeCorpus, name: string): readonly number[] {
  const [nearest] = nearNames(name, [...corpus.symbols.near(name, namesLookedAt), ...corpus.symbols.prefix(name, namesLookedAt)]);
  const defined = nearest === undefined ? [] : corpus.symbols.exact(nearest);
  return defined.length > limits.definitionsPerName ? [] : defined;
}
