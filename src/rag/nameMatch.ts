import { countTypos } from "../common/countTypos";

/** What a name looked for and a name found have in common, from 0 (nothing) to 1 (all). */
export type NameScore = number;

const codeOf = (text: string, at: number): number => text.charCodeAt(at);

/** Which letters and digits a name in lower case has, one bit each: 26 letters, digits by pairs, one for all else. */
export function letterMask(lower: string): number {
  let mask = 0;
  for (let i = 0; i < lower.length; i++) mask |= 1 << bitOf(codeOf(lower, i));
  return mask;
}

function bitOf(code: number): number {
  if (code >= 97 && code <= 122) return code - 97;
  return code >= 48 && code <= 57 ? 26 + ((code - 48) >> 1) : 31;
}

export function countBits(mask: number): number {
  let bits = mask - ((mask >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return (((bits + (bits >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24;
}

/** Whether the letters come in this order, others between them. */
export function isSubsequence(wanted: string, lower: string): boolean {
  let at = 0;
  for (let i = 0; i < lower.length && at < wanted.length; i++) if (codeOf(lower, i) === codeOf(wanted, at)) at++;
  return at === wanted.length;
}

/** Scores of the ways in which letters may be found in a name; a longer name scores up to `long` less. */
const scores = { wordStart: 0.8, humps: 0.7, oneTypo: 0.58, inside: 0.55, twoTypos: 0.45, scattered: 0.3, long: 0.09 } as const;
const leastInside = 3;
const leastScattered = 4;
/** Letters that lie further apart than this many times their number are there by chance. */
const mostSpread = 2.5;

/**
 * How well the letters of `wanted` are found in order in a name, both in lower case; 0 when it is by chance. `starts` are
 * the name's `wordStarts`.
 */
export function scoreSubsequence(wanted: string, lower: string, starts: number): NameScore {
  const base = subsequenceBase(wanted, lower, starts);
  return base === 0 ? 0 : base - scores.long * (1 - wanted.length / lower.length);
}

function subsequenceBase(wanted: string, lower: string, starts: number): NameScore {
  const inside = wanted.length < leastInside ? -1 : lower.indexOf(wanted);
  if (inside !== -1 && isStart(starts, inside)) return scores.wordStart;
  if (matchesHumps(wanted, lower, starts, 0, 0)) return scores.humps;
  if (inside !== -1) return scores.inside;
  return wanted.length >= leastScattered && spread(wanted, lower) <= wanted.length * mostSpread ? scores.scattered : 0;
}

/** The typos score like less exact ways of being found; 0 for too many. */
export function scoreTypos(wanted: string, lower: string): NameScore {
  const most = mostTypos(wanted.length);
  const typos = countTypos(wanted, lower, most);
  if (typos > most) return 0;
  return typos <= 1 ? scores.oneTypo : scores.twoTypos;
}

/** In short names one wrong letter makes another word. */
export function mostTypos(length: number): number {
  return length < 4 ? 0 : length < 8 ? 1 : 2;
}

const maxStarts = 32;

/** Where the words of a name begin, one bit for each of its first 32 characters: `parseLine`, `parse_line`, `XMLParser`, `line2`. */
export function wordStarts(name: string): number {
  let starts = 0;
  for (let i = Math.min(name.length, maxStarts) - 1; i >= 0; i--) if (isWordStart(name, i)) starts |= 1 << i;
  return starts;
}

/** The letters that words begin with, as in `letterMask`. */
export function initialsMask(lower: string, starts: number): number {
  let mask = 0;
  for (let i = 0; i < Math.min(lower.length, maxStarts); i++) if (isStart(starts, i)) mask |= 1 << bitOf(codeOf(lower, i));
  return mask;
}

function isStart(starts: number, at: number): boolean {
  return at < maxStarts && (starts & (1 << at)) !== 0;
}

function isWordStart(name: string, at: number): boolean {
  if (at === 0) return true;
  const code = codeOf(name, at);
  const before = codeOf(name, at - 1);
  if (isUpper(code)) return !isUpper(before) || isLower(codeOf(name, at + 1));
  return isLetterOrDigit(code) && (!isLetterOrDigit(before) || isDigit(code) !== isDigit(before));
}

/** Whether `wanted`, from `at` on, is made of beginnings of the name's words from `from` on, in order: `pl`, `parli`. */
function matchesHumps(wanted: string, lower: string, starts: number, at: number, from: number): boolean {
  if (at === wanted.length) return true;
  const first = codeOf(wanted, at);
  const end = Math.min(lower.length, maxStarts);
  for (let start = from; start < end; start++) {
    if ((starts & (1 << start)) === 0 || codeOf(lower, start) !== first) continue;
    for (let taken = 1; ; taken++) {
      if (matchesHumps(wanted, lower, starts, at + taken, start + taken)) return true;
      if (codeOf(lower, start + taken) !== codeOf(wanted, at + taken) || isStart(starts, start + taken)) break;
    }
  }
  return false;
}

/** Letters from the first to the last of those looked for, taken as early as they come. */
function spread(wanted: string, lower: string): number {
  const first = lower.indexOf(wanted[0] ?? "");
  let at = first;
  for (let i = 1; i < wanted.length; i++) at = lower.indexOf(wanted[i] ?? "", at + 1);
  return at - first + 1;
}

function isUpper(code: number): boolean {
  return code >= 65 && code <= 90;
}

function isLower(code: number): boolean {
  return code >= 97 && code <= 122;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** All that is not ASCII counts as a letter. */
function isLetterOrDigit(code: number): boolean {
  return isUpper(code) || isLower(code) || isDigit(code) || code > 127;
}
