import type { TermGroup, WordGroups } from "./bm25";
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
  return wordGroups(dictionary, words).flatMap((groups) => groups.stem ?? []);
}

/** Each word by itself, and with all that share its stem: those stand with the first word of a stem, and count as the one that counts most. */
export function wordGroups(dictionary: TermDictionary, words: readonly QueryWord[]): readonly WordGroups[] {
  const weights = new Map<string, number>();
  const stems = words.map(({ text }) => stem(text));
  for (const [i, { weight }] of words.entries()) weights.set(stems[i] ?? "", Math.max(weights.get(stems[i] ?? "") ?? 0, weight));
  return words.map(({ text, weight }, i) => {
    const id = dictionary.find(text);
    const ids = stems.indexOf(stems[i] ?? "") === i ? dictionary.sameStem(text) : [];
    return {
      exact: id === undefined ? undefined : { ids: [id], weight },
      stem: ids.length === 0 ? undefined : { ids, weight: weights.get(stems[i] ?? "") ?? weight },
    };
  });
}
