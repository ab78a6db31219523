import type { TermGroup } from "./bm25";
import type { TermDictionary } from "./termDictionary";
import { stem } from "./tokenize";

/** A word of a question, in lower case, and what it counts beside the others: 1 is all. */
export interface QueryWord {
  readonly text: string;
  readonly weight: number;
}

/** Each word by itself. */
export function exactGroups(dictionary: TermDictionary, words: readonly QueryWord[]): readonly TermGroup[] {
  return words.flatMap(({ text, weight }) => {
    const id = dictionary.find(text);
    return id === undefined ? [] : [{ ids: [id], weight }];
  });
}

/** Each word with all that share its stem; of words of one stem, the one that counts most. */
export function stemGroups(dictionary: TermDictionary, words: readonly QueryWord[]): readonly TermGroup[] {
  const byStem = new Map<string, QueryWord>();
  for (const word of words) {
    const key = stem(word.text);
    if ((byStem.get(key)?.weight ?? 0) < word.weight) byStem.set(key, word);
  }
  return [...byStem.values()].map(({ text, weight }) => ({ ids: dictionary.sameStem(text), weight })).filter(({ ids }) => ids.length > 0);
}
