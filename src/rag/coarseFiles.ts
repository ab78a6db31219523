import type { CodeCorpus } from "./codeCorpus";
import type { QuestionNames } from "./questionNames";
import { chunksSpeakingOf } from "./speakingChunks";
import { limits } from "./weights";

/** Read in a good quarter of a second. Bytes. */
const mostBytes = 128 * 1024;

/**
 * The files that are cut by lines for now and speak most of what a question names: until they have their syntax, nobody
 * knows what they define.
 */
export function coarseFilesNaming(corpus: CodeCorpus, { identifiers, word }: QuestionNames): readonly string[] {
  const names = word === undefined ? identifiers : [...identifiers, word];
  if (names.length === 0 || corpus.coarseChunks === 0) return [];
  const found = new Map<string, number>();
  for (const name of names) {
    for (const chunk of chunksSpeakingOf(corpus, name, limits.chunksPerSource).best) {
      const file = corpus.fileOf(chunk);
      if (file?.coarse) found.set(file.path, file.bytes);
    }
  }
  return withinBytes(found);
}

function withinBytes(files: ReadonlyMap<string, number>): readonly string[] {
  let bytes = 0;
  return [...files].filter(([, size]) => (bytes += size) <= mostBytes).map(([path]) => path);
}
