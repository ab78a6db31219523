/** Where a value stands in a JSON text. Offsets in characters. */
export interface JsonSpan {
  readonly start: number;
  readonly end: number;
}

export interface JsonMember extends JsonSpan {
  readonly key: string;
}

/**
 * The members of the object that begins at `at`, with where their values stand. Values are passed over, not read. Ends
 * early where the text is no JSON; a value that is broken off goes to the end of the text.
 */
export function* membersAt(text: string, at: number): Generator<JsonMember, void, undefined> {
  for (let next = firstInside(text, at, "{"); text[next] === '"'; next = afterComma(text, next)) {
    const keyEnd = endOfString(text, next);
    const start = skipBlank(text, skipBlank(text, keyEnd) + 1);
    const end = endOfValue(text, start);
    yield { key: text.slice(next + 1, keyEnd - 1), start, end: end ?? text.length };
    if (end === undefined) return;
    next = end;
  }
}

/** Where the elements of the array that begins at `at` stand. Ends early where the text is no JSON. */
export function* elementsAt(text: string, at: number): Generator<JsonSpan, void, undefined> {
  for (let start = firstInside(text, at, "["); start < text.length && text[start] !== "]"; ) {
    const end = endOfValue(text, start);
    if (end === start) return;
    yield { start, end: end ?? text.length };
    if (end === undefined) return;
    start = afterComma(text, end);
  }
}

/** The offset of the first value; past the text when this is not what was looked for. */
function firstInside(text: string, at: number, bracket: string): number {
  const start = skipBlank(text, at);
  return text[start] === bracket ? skipBlank(text, start + 1) : text.length;
}

function afterComma(text: string, at: number): number {
  const next = skipBlank(text, at);
  return text[next] === "," ? skipBlank(text, next + 1) : next;
}

function skipBlank(text: string, at: number): number {
  let next = at;
  while (next < text.length && text.charCodeAt(next) <= 32) next++;
  return next;
}

/** Behind the closing quote of the string that begins at `at`. */
function endOfString(text: string, at: number): number {
  for (let quote = text.indexOf('"', at + 1); quote !== -1; quote = text.indexOf('"', quote + 1)) {
    let slashes = 0;
    while (text[quote - 1 - slashes] === "\\") slashes++;
    if (slashes % 2 === 0) return quote + 1;
  }
  return text.length;
}

/** Undefined when the text ends before the value does. */
function endOfValue(text: string, start: number): number | undefined {
  let depth = 0;
  for (let at = start; at < text.length; ) {
    const character = text[at] ?? "";
    depth += character === "{" || character === "[" ? 1 : character === "}" || character === "]" ? -1 : 0;
    if (character === '"') at = endOfString(text, at);
    else if (depth > 0 || character === "}" || character === "]") at++;
    else at = endOfScalar(text, at);
    if (depth === 0) return at;
    if (depth < 0) return undefined;
  }
  return undefined;
}

function endOfScalar(text: string, at: number): number {
  let end = at;
  while (end < text.length && !",]} \t\r\n".includes(text[end] ?? "")) end++;
  return end;
}
