import { type Definition, definitionsIn } from "./edits/definitions";

/** What may be said of a definition, by the look of its lines. */
export interface DefinitionFacts {
  readonly name: string;
  /** In their order; of one that is taken apart the names that it is taken apart into. */
  readonly parameters: readonly string[];
  /** Names in it that a bracket follows. */
  readonly calls: readonly string[];
  /** First sentence of the comment over it, or of its docstring, with a full stop; absent where there is none. */
  readonly comment?: string;
}

const identifier = /[A-Za-z_$][\w$]*/g;
const called = /([A-Za-z_$][\w$]{2,})\s*\(/g;
/** What binds a function to a name in a way that no line begins with: `exports.a = function`, `a: async (b) =>`. */
const bound = /(?:^|[\s.,{(])([A-Za-z_$][\w$]*)\s*[:=]\s*(?:async\s*)?(?:function\b|\([^)]*\)\s*(?::[^=]+)?=>|[\w$]+\s*=>)/;
/** A method whose brackets hold a text or are closed on its line. */
const method = /^\s+(?:(?:async|static|get|set|public|private|protected|override)\s+|\*\s*)*([A-Za-z_$#][\w$]*)\s*(?:<[^>]*>)?\(.*\)\s*(?::[^={]+)?\{\s*$/;
const noName = new Set("if for while switch catch return function else do await with using super typeof constructor".split(" "));
const noParameter = new Set(["self", "cls", "this"]);
const noCall = new Set([...noName, "new", "def", "class", "not", "and", "in", "print", "assert", "elif", "lambda", "require", "import", "async", "typeof"]);
/** Signs of a comment at the beginning and the end of a line. */
const openSigns = /^\s*(?:\/\*+|\*+\/?|\/\/+|#+|[rbf]?"""|[rbf]?''')\s?/;
const closeSigns = /\s*(?:\*\/|"""|''')\s*$/;
/** Lines that a head may take. */
const headLines = 12;

/** Of all definitions in a text, in their order; each name once. */
export function definitionFacts(text: string): readonly DefinitionFacts[] {
  const lines = text.split("\n");
  const known = definitionsIn(lines);
  const all = [...known, ...others(lines, known)].sort((a, b) => a.start - b.start);
  const first = all.filter(({ name }, i) => name.length > 2 && all.findIndex((other) => other.name === name) === i);
  return first.map((definition) => factsOf(lines, definition));
}

/** As if a name of the text were defined where it stands first, before a bracket if it does so at all. */
export function factsAsIfDefined(text: string, name: string): DefinitionFacts {
  const lines = text.split("\n");
  const word = `(?<![\\w$])${name.replaceAll("$", "\\$")}(?![\\w$])`;
  const [bracketed, plain] = [new RegExp(`${word}\\s*(?:<.*)?\\(`), new RegExp(word)].map((pattern) => lines.findIndex((line) => pattern.test(line)));
  const start = Math.max(0, bracketed !== undefined && bracketed >= 0 ? bracketed : (plain ?? 0));
  return factsOf(lines, { name, lead: leadOf(lines, start), start, end: lines.length, indent: "" });
}

function others(lines: readonly string[], known: readonly Definition[]): readonly Definition[] {
  return lines.flatMap((line, start) => {
    const name = (bound.exec(line) ?? method.exec(line))?.[1];
    if (name === undefined || noName.has(name) || known.some((one) => one.start === start)) return [];
    return [{ name, lead: leadOf(lines, start), start, end: lines.length, indent: "" }];
  });
}

function leadOf(lines: readonly string[], start: number): number {
  let lead = start;
  while (lead > 0 && openSigns.test(lines[lead - 1] ?? "")) lead--;
  return lead;
}

function factsOf(lines: readonly string[], { name, lead, start, end }: Definition): DefinitionFacts {
  const head = lines.slice(start, start + headLines).join("\n");
  const body = lines.slice(start, Math.max(end, start + 1)).join("\n");
  const parameters = parameterNames(bracketed(head.slice(head.indexOf(name) + name.length)));
  const calls = unique([...body.matchAll(called)].map(([, one = ""]) => one)).filter((one) => one !== name && !noCall.has(one));
  const comment = firstSentence(lines.slice(Math.min(lead, leadOf(lines, start)), start)) ?? firstSentence(docstring(lines, start));
  return { name, parameters, calls, ...(comment !== undefined && { comment }) };
}

/** The text between the first bracket and the one that closes it. */
function bracketed(text: string): string {
  const open = text.indexOf("(");
  let depth = 0;
  for (let at = open; at >= 0 && at < text.length; at++) {
    if (text[at] === "(") depth++;
    else if (text[at] === ")" && --depth === 0) return text.slice(open + 1, at);
  }
  return open < 0 ? (/^\s*=\s*(?:async\s+)?([\w$]+)\s*=>/.exec(text)?.[1] ?? "") : text.slice(open + 1);
}

function parameterNames(list: string): readonly string[] {
  const parts = topLevelParts(list.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "")).map((part) => part.trim().replace(/^(?:(?:public|private|protected|readonly|override)\s+|@\w+\(\)\s*|\.{3}|\*{1,2})+/, ""));
  const names = parts.flatMap((part) => (/^[{[]/.test(part) ? (/^[^}\]]*/.exec(part)?.[0].match(identifier) ?? []) : (/^[A-Za-z_$][\w$]*/.exec(part)?.[0] ?? [])));
  return unique(names.filter((name) => !noParameter.has(name)));
}

/** A list between brackets, cut at the commas that stand in no further brackets. */
export function topLevelParts(list: string): readonly string[] {
  const parts = [""];
  let depth = 0;
  for (const character of list.replaceAll("=>", "  ")) {
    if ("([{<".includes(character)) depth++;
    else if (")]}>".includes(character)) depth--;
    if (character === "," && depth === 0) parts.push("");
    else parts.push((parts.pop() ?? "") + character);
  }
  return parts;
}

/** Lines of the text that a Python definition begins with. */
function docstring(lines: readonly string[], start: number): readonly string[] {
  const from = lines.slice(start, start + headLines).findIndex((line) => /:\s*(?:#.*)?$/.test(line));
  return from >= 0 && /^\s*[rbf]?(?:"""|''')/.test(lines[start + from + 1] ?? "") ? lines.slice(start + from + 1, start + from + 7) : [];
}

/** It may go over several lines. */
function firstSentence(lines: readonly string[]): string | undefined {
  const texts = lines.map((line) => line.replace(openSigns, "").replace(closeSigns, "").trim());
  const start = texts.findIndex((text) => /^[A-Z]/.test(text));
  if (start < 0) return undefined;
  const sentence = texts.slice(start).join(" ").replace(/\s+/g, " ").split(/(?<=[a-z)`])\.(?:\s|$)|:(?:\s|$)|\s@|"""|'''/)[0]?.trim() ?? "";
  return sentence.length >= 12 && sentence.length <= 110 ? `${sentence}.` : undefined;
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}
