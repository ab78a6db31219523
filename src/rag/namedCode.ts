import type { CodeCorpus } from "./codeCorpus";
import { questionNames } from "./questionNames";
import { limits, named } from "./weights";

const leastLead = 1e-6;

/**
 * Sees to it that what the question names comes: the chunks of named files before all others, and for each named
 * identifier, among the first, the best chunks that define it, or speak of it most where none does. Returns the files
 * named.
 */
export function liftNamed(corpus: CodeCorpus, question: string, scores: Map<number, number>): ReadonlySet<string> {
  const { paths, identifiers } = questionNames(question);
  const files = new Set(paths.flatMap((path) => filesNamed(corpus, path).slice(0, named.filesPerPath)));
  const scoreOf = (chunk: number) => scores.get(chunk) ?? 0;
  const floor = [...scores.values()].sort((a, b) => b - a)[named.identifierRank - 1] ?? 0;
  for (const name of identifiers) {
    const best = [...chunksNaming(corpus, name)].sort((a, b) => scoreOf(b) - scoreOf(a) || a - b).slice(0, named.chunksPerIdentifier);
    for (const chunk of best) scores.set(chunk, Math.max(scoreOf(chunk), floor + leastLead));
  }
  for (const file of files) for (const chunk of corpus.chunkNumbersOf(file)) scores.set(chunk, scoreOf(chunk) + named.path);
  return files;
}

/** Files whose path is, or ends with, the name; shortest first, since that is nearest to the root. */
function filesNamed(corpus: CodeCorpus, name: string): readonly string[] {
  const lower = name.toLowerCase();
  const matches = (path: string) => path === lower || path.endsWith(`/${lower}`);
  return [...corpus.files.keys()].filter((path) => matches(path.toLowerCase())).sort((a, b) => a.length - b.length);
}

function chunksNaming(corpus: CodeCorpus, name: string): readonly number[] {
  const defined = corpus.symbols.exact(name);
  if (defined.length > limits.definitionsPerName) return [];
  if (defined.length > 0) return defined;
  const board = corpus.lexical.scoreChunks([{ text: name.toLowerCase(), weight: 1 }]);
  return board.touched.length > limits.definitionsPerName ? [] : board.top(named.chunksPerIdentifier).map(({ document }) => document);
}
