import { stemmer } from "stemmer";
import { stopWords } from "./stopWords";

const wordPattern = /[\p{L}\p{M}\p{N}_$]+/gu;
const cjk = /[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]/;
/** Longer words are hashes, keys and encoded data. */
const maxWordLength = 64;

/** Words of a text as they stand: identifiers whole, in the order and case of the text. */
export function words(text: string): string[] {
  return text.match(wordPattern) ?? [];
}

/**
 * The terms of a text in lower case: each identifier whole and, when it has several, each of its parts
 * (`parseLine2` gives `parseline2`, `parse`, `line`, `2`).
 */
export function tokenize(text: string): string[] {
  return words(text).flatMap((word) => termsOf(word));
}

/** The terms of one word. */
export function termsOf(word: string): readonly string[] {
  if (word.length > maxWordLength) return [];
  if (cjk.test(word)) return cjkTerms(word);
  const whole = word.toLowerCase().replace(/^[_$]+|[_$]+$/g, "");
  if (whole === "") return [];
  const parts = identifierParts(word);
  return parts.length > 1 ? [whole, ...parts] : [parts[0] ?? whole];
}

/** `HTMLParser_fooBar2` gives html, parser, foo, bar, 2; lower case. */
function identifierParts(word: string): string[] {
  const parts = word.match(/\p{Lu}+(?!\p{Ll})|\p{Lu}?[\p{Ll}\p{M}]+|[\p{Lo}\p{Lt}\p{Lm}]+|\p{N}+/gu) ?? [];
  return parts.map((part) => part.toLowerCase());
}

/** Scripts without spaces between words: pairs of characters stand in for words. */
function cjkTerms(word: string): string[] {
  const characters = Array.from(word.toLowerCase());
  return characters.length < 2 ? characters : characters.slice(1).map((character, i) => (characters[i] ?? "") + character);
}

/** Light stem of a term in lower case; numbers and other scripts stay. */
export function stem(term: string): string {
  return /^[a-z]{3,}$/.test(term) ? stemmer(term) : term;
}

/** The distinct terms of a question without words of chat; none when it has nothing else. */
export function queryTerms(question: string): string[] {
  const all = [...new Set(tokenize(question))];
  return all.filter((term) => !stopWords.has(term) && (term.length > 1 || /[^a-z\d]/.test(term)));
}
