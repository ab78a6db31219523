import { indentOf } from "./indentation";

/** A definition by its lines, 0-based, `end` excluded. */
export interface Definition {
  readonly name: string;
  /** First line of the comments and decorators over it, or its own. */
  readonly lead: number;
  readonly start: number;
  readonly end: number;
  readonly indent: string;
}

const modifiers = String.raw`(?:(?:export|default|declare|abstract|async|public|private|protected|internal|static|final|sealed|open|override|virtual|readonly|unsafe|partial|data|inline|pub(?:\([^)]*\))?|extern(?:\s+"C")?)\s+)*`;
const heads: readonly RegExp[] = [
  new RegExp(String.raw`^${modifiers}(?:function\s*\*?|class|interface|enum|namespace|struct|trait|mod|def|fn|fun|object|record|module|protocol|extension)\s+([\w$]+)`),
  /^func\s+(?:\([^)]*\)\s*)?(\w+)/,
  /^impl\b(?:<[^>]*>)?\s+(?:[\w:<>, ]+\s+for\s+)?(\w+)/,
];
/** Inside of a function these would be its variables. */
const outerHeads: readonly RegExp[] = [new RegExp(String.raw`^${modifiers}(?:const|let|var|type|val|static)\s+(?:mut\s+)?([\w$]+)`), /^([A-Za-z_]\w*)\s*(?::[^=]+)?=\s*(?!=)/];
const functionValue = /^(?:export\s+)?(?:const|let|var)\s+([\w$]+)\s*(?::[^=]+)?=\s*(?:async\s+)?(?:function\b|\([^)]*\)\s*(?::[^=]+)?=>|[\w$]+\s*=>)/;
const methodHead = new RegExp(String.raw`^${modifiers}(?:get\s+|set\s+|\*\s*)?(?:[\w<>\[\],.?*&:]+\s+)*([\w$#~]+)\s*(?:<[^>]*>)?\([^;"'\x60]*(?:\{|\(|,)\s*$`);
const noMethod: ReadonlySet<string> = new Set("if for while switch catch return function else do await new throw with using lock foreach match elif unless until super typeof".split(" "));
const leading = /^(?:\/\/|\/\*|\*|#(?!include|define|if|endif)|@|\[\w+.*\]$|--|"""|'''|<!--)/;

/** The definitions of a text, at any depth, in the order of their first lines. By the look of the lines: no language is parsed. */
export function definitionsIn(lines: readonly string[]): readonly Definition[] {
  return lines.flatMap((line, start) => {
    const indent = indentOf(line);
    const name = nameAt(line.slice(indent.length), indent === "");
    return name === undefined ? [] : [{ name, lead: leadOf(lines, start, indent), start, end: endOf(lines, start, indent), indent }];
  });
}

/** Those that lie in no other one. */
export function outerDefinitions(all: readonly Definition[]): readonly Definition[] {
  return all.filter((one) => !all.some((other) => other !== one && other.start <= one.start && one.start < other.end && other.indent.length < one.indent.length));
}

function nameAt(text: string, isOuter: boolean): string | undefined {
  for (const head of [...heads, functionValue, ...(isOuter ? outerHeads : [])]) {
    const name = head.exec(text)?.[1];
    if (name !== undefined) return name;
  }
  const method = methodHead.exec(text);
  const name = method?.[1];
  return name === undefined || noMethod.has(name) || noMethod.has(text.split(/[\s(]/)[0] ?? "") || text.includes("=>") ? undefined : name;
}

/** Deeper lines belong to it, and lines as deep as its head that only close or go on with what was opened. */
function endOf(lines: readonly string[], start: number, indent: string): number {
  let end = start + 1;
  for (let at = start + 1; at < lines.length; at++) {
    const line = lines[at] ?? "";
    if (line.trim() === "") continue;
    const own = indentOf(line);
    const text = line.slice(own.length);
    const isDeeper = own.length > indent.length;
    if (!isDeeper && (own.length < indent.length || !/^(?:[)}\]{]|end\b)/.test(text))) break;
    end = at + 1;
    if (!isDeeper && /^(?:\}|end\b)/.test(text) && !/[{(]\s*$/.test(text)) break;
  }
  return end;
}

function leadOf(lines: readonly string[], start: number, indent: string): number {
  let lead = start;
  while (lead > 0 && indentIs(lines[lead - 1] ?? "", indent) && leading.test((lines[lead - 1] ?? "").trim())) lead--;
  return lead;
}

/** The lines of a block comment stand one column further in. */
function indentIs(line: string, indent: string): boolean {
  const own = indentOf(line);
  return own === indent || own === `${indent} `;
}
