import { questionNames, type QuestionNames } from "./questionNames";
import { questionWords, tellingTerms } from "./questionWords";
import type { QueryWord } from "./termGroups";
import { followUp } from "./weights";

/** What is looked for. */
export interface Question {
  /** Each once, in lower case. */
  readonly words: readonly QueryWord[];
  readonly names: QuestionNames;
  /** What was said, with what it draws on before it. */
  readonly text: string;
}

/** Whose words a question without any of its own may draw on. */
const pronoun = /\b(?:it|its|itself|they|them|their|theirs)\b/i;

/**
 * Reads a question beside those that came before it, the newest last. One with content of its own keeps to itself. One
 * that has none ("and the next one?", "why?", "show me the test for it") is about what was asked before, the last
 * question most; one with a single word of content and a pronoun ("where is it called?") is about both.
 */
export function readQuestion(text: string, earlier: readonly string[] = []): Question {
  const own = readAlone(text);
  const leaning = leaningOf(own);
  const topics = leaning === 0 ? [] : earlier.map(readAlone).filter(hasContent).slice(-followUp.questions).reverse();
  const [last] = topics;
  if (!last) return { ...own, names: withLoneWord(own.names, text) };
  const drawn = topics.flatMap(({ words }, age) => words.map((word) => ({ ...word, weight: word.weight * leaning * followUp.fade ** age })));
  return { words: heaviest([...own.words, ...drawn]), names: joined(own.names, last.names), text: `${last.text}\n${text}` };
}

function readAlone(text: string): Question {
  return { words: questionWords(text), names: questionNames(text), text };
}

/** Whether there is anything to look for. */
export function isBlank({ words, names }: Question): boolean {
  return words.length === 0 && names.identifiers.length === 0 && names.paths.length === 0;
}

/** What the words of the last question count in this one. */
function leaningOf({ text, names }: Question): number {
  if (names.identifiers.length > 0 || names.paths.length > 0) return 0;
  const content = tellingTerms(text).length;
  if (content === 0) return 1;
  return content === 1 && pronoun.test(text) ? followUp.pronoun : 0;
}

function hasContent({ text, names }: Question): boolean {
  return names.identifiers.length > 0 || names.paths.length > 0 || tellingTerms(text).length > 0;
}

/** A lone word is a name, even one that says nothing in a sentence: `find` or `show`, but not "why?". */
function withLoneWord(names: QuestionNames, text: string): QuestionNames {
  const word = text.trim();
  const isLone = /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(word) && !names.identifiers.includes(word);
  return isLone ? { ...names, identifiers: [...names.identifiers, word] } : names;
}

function joined(a: QuestionNames, b: QuestionNames): QuestionNames {
  return { identifiers: [...new Set([...a.identifiers, ...b.identifiers])], paths: [...new Set([...a.paths, ...b.paths])] };
}

function heaviest(words: readonly QueryWord[]): readonly QueryWord[] {
  const byText = new Map<string, QueryWord>();
  for (const word of words) if ((byText.get(word.text)?.weight ?? 0) < word.weight) byText.set(word.text, word);
  return [...byText.values()];
}
