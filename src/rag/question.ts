import { questionNames, type QuestionNames } from "./questionNames";
import { questionWords, tellingTerms } from "./questionWords";
import type { QueryWord } from "./termGroups";
import { termsOf, words } from "./tokenize";
import { followUp } from "./weights";

/** What is looked for. */
export interface Question {
  /** Each once, in lower case. */
  readonly words: readonly QueryWord[];
  readonly names: QuestionNames;
  /** Whether it asks about what it names and has no other content: "what does parseLine take?", "explain `has`". */
  readonly isAboutNames: boolean;
  /** What was said, with what it draws on before it. */
  readonly text: string;
}

/** One word alone: longer quotations are texts, not names. */
const wordInQuotes = /["“]([\p{L}_$][\p{L}\p{N}_$]*)["”]/gu;
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
  return { words: heaviest([...own.words, ...drawn]), names: joined(own.names, last.names), isAboutNames: leaning === 1 && last.isAboutNames, text: `${last.text}\n${text}` };
}

function readAlone(text: string): Question {
  const names = questionNames(text);
  const [word, ...others] = contentOf(text).filter((one) => !names.identifiers.includes(one));
  const isAboutNames = names.paths.length === 0 && others.length === 0 && (word === undefined || names.identifiers.length === 0);
  return { words: questionWords(text), names: isAboutNames && word !== undefined ? { ...names, word } : names, isAboutNames, text };
}

/** The words that say which code is meant, each once, as they are written. One in quotes does, whatever it is. */
function contentOf(text: string): readonly string[] {
  const telling = new Set(tellingTerms(text));
  const inQuotes = new Set(Array.from(text.matchAll(wordInQuotes), ([, word]) => word));
  return [...new Set(words(text))].filter((word) => inQuotes.has(word) || termsOf(word).some((term) => telling.has(term)));
}

/** Whether there is anything to look for. */
export function isBlank({ words, names }: Question): boolean {
  return words.length === 0 && names.identifiers.length === 0 && names.paths.length === 0 && names.word === undefined;
}

/** What the words of the last question count in this one. */
function leaningOf({ text, names }: Question): number {
  if (names.identifiers.length > 0 || names.paths.length > 0) return 0;
  const content = contentOf(text).length;
  if (content === 0) return 1;
  return content === 1 && pronoun.test(text) ? followUp.pronoun : 0;
}

function hasContent({ text, names }: Question): boolean {
  return names.identifiers.length > 0 || names.paths.length > 0 || contentOf(text).length > 0;
}

/** A lone word is a name, even one that says nothing in a sentence: `find` or `show`, but not "why?". */
function withLoneWord(names: QuestionNames, text: string): QuestionNames {
  const word = text.trim();
  const isLone = /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(word) && !names.identifiers.includes(word);
  return isLone ? { ...names, identifiers: [...names.identifiers, word] } : names;
}

function joined(own: QuestionNames, last: QuestionNames): QuestionNames {
  return { ...last, identifiers: [...new Set([...own.identifiers, ...last.identifiers])], paths: [...new Set([...own.paths, ...last.paths])] };
}

function heaviest(words: readonly QueryWord[]): readonly QueryWord[] {
  const byText = new Map<string, QueryWord>();
  for (const word of words) if ((byText.get(word.text)?.weight ?? 0) < word.weight) byText.set(word.text, word);
  return [...byText.values()];
}
