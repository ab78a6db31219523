import { followUpWords, taskWords } from "./stopWords";
import type { QueryWord } from "./termGroups";
import { queryTerms } from "./tokenize";
import { taskWordWeight } from "./weights";

/** The words of a question that are looked for, and what each counts. */
export function questionWords(question: string): readonly QueryWord[] {
  return queryTerms(question).map((text) => ({ text, weight: taskWords.has(text) ? taskWordWeight : 1 }));
}

/** The words that say which code is meant, also without the questions before: no words of a task, nor such as "next". */
export function tellingTerms(question: string): readonly string[] {
  return queryTerms(question).filter((term) => !taskWords.has(term) && !followUpWords.has(term));
}
