import { literal } from "./gbnf";

/** Code points from the first to the last one, both included. */
export type CharacterRange = readonly [first: number, last: number];

const highest = 0x10ffff;
const digit: readonly CharacterRange[] = [[0x30, 0x39]];
const word: readonly CharacterRange[] = [...digit, [0x41, 0x5a], [0x5f, 0x5f], [0x61, 0x7a]];
const space: readonly CharacterRange[] = [[0x09, 0x0d], [0x20, 0x20], [0xa0, 0xa0], [0x1680, 0x1680], [0x2000, 0x200a], [0x2028, 0x2029], [0x202f, 0x202f], [0x205f, 0x205f], [0x3000, 0x3000], [0xfeff, 0xfeff]];

/** What a letter behind a backslash stands for in a regular expression; undefined: no set of characters. */
export function namedSet(letter: string): readonly CharacterRange[] | undefined {
  const sets: Readonly<Record<string, readonly CharacterRange[]>> = { d: digit, w: word, s: space };
  const set = sets[letter.toLowerCase()];
  return set && letter !== letter.toLowerCase() ? complement(set) : set;
}

/** What a dot matches. */
export const anyButLineBreak = complement([[0x0a, 0x0a], [0x0d, 0x0d], [0x2028, 0x2029]]);

export function complement(ranges: readonly CharacterRange[]): readonly CharacterRange[] {
  const gaps: CharacterRange[] = [];
  let next = 0;
  for (const [first, last] of [...ranges].sort((a, b) => a[0] - b[0])) {
    if (first > next) gaps.push([next, first - 1]);
    next = Math.max(next, last + 1);
  }
  return next <= highest ? [...gaps, [next, highest]] : gaps;
}

/** Characters that a JSON string has as an escape only, and halves of surrogate pairs, which are none. */
const notPlain: readonly CharacterRange[] = [[0, 0x1f], [0x22, 0x22], [0x5c, 0x5c], [0xd800, 0xdfff]];

/** Those among them that a set may have; other control characters are left out. */
const escaped = ['"', "\\", "\n", "\r", "\t"];

/** The set as GBNF, as it stands within a JSON string. Empty for a set without a character. */
export function characterClass(ranges: readonly CharacterRange[]): string {
  const plain = intersection(ranges, complement(notPlain)).map(([first, last]) => (first === last ? code(first) : `${code(first)}-${code(last)}`));
  const others = escaped.filter((character) => ranges.some(([first, last]) => first <= codeOf(character) && codeOf(character) <= last));
  const options = [...(plain.length > 0 ? [`[${plain.join("")}]`] : []), ...others.map((character) => jsonCharacters(character))];
  return options.length > 1 ? `( ${options.join(" | ")} )` : (options[0] ?? "");
}

/** A text as it stands within a JSON string. */
export function jsonCharacters(text: string): string {
  return literal(JSON.stringify(text).slice(1, -1));
}

function intersection(some: readonly CharacterRange[], others: readonly CharacterRange[]): readonly CharacterRange[] {
  return some.flatMap(([first, last]) =>
    others.map(([from, to]): CharacterRange => [Math.max(first, from), Math.min(last, to)]).filter(([from, to]) => from <= to),
  );
}

function codeOf(character: string): number {
  return character.codePointAt(0) ?? 0;
}

function code(point: number): string {
  return String.raw`\U${point.toString(16).padStart(8, "0")}`;
}
