import { type Definition, definitionsIn, outerDefinitions } from "./definitions";
import { importsIn } from "./importLines";
import { reindent } from "./indentation";

export interface Replaced {
  readonly lines: readonly string[];
  /** Names of the definitions that gave way. */
  readonly names: readonly string[];
}

/** Lines `start` up to `end` of the file give way to `lines`. */
interface LineEdit {
  readonly start: number;
  readonly end: number;
  readonly lines: readonly string[];
}

/**
 * The file with the code's definitions in the place of those that have their names; new ones come behind the one before
 * them, and imports to the imports. Undefined where none has its name in the file, where a name stands there more than
 * once, or where the code has lines beside its definitions.
 */
export function replaceDefinitions(file: readonly string[], code: readonly string[]): Replaced | undefined {
  const wanted = outerDefinitions(definitionsIn(code)).filter(({ start }) => !importsIn(code).some((one) => start >= one.start && start < one.end));
  if (hasLooseLines(code, wanted)) return undefined;
  const targets = wanted.map((one) => targetOf(definitionsIn(file), one.name));
  if (targets.includes("ambiguous") || !targets.some((target) => typeof target === "object")) return undefined;
  const edits = [...importEdits(file, code), ...definitionEdits(file, code, wanted, targets.map((target) => (typeof target === "object" ? target : undefined)))];
  const names = wanted.filter((_, at) => typeof targets[at] === "object").map(({ name }) => name);
  return { lines: applyEdits(file, edits), names };
}

function targetOf(all: readonly Definition[], name: string): Definition | "ambiguous" | undefined {
  const found = all.filter((one) => one.name === name);
  const outer = outerDefinitions(all).filter((one) => one.name === name);
  const [target, ...more] = outer.length > 0 ? outer : found;
  return more.length > 0 ? "ambiguous" : target;
}

function definitionEdits(file: readonly string[], code: readonly string[], wanted: readonly Definition[], targets: readonly (Definition | undefined)[]): readonly LineEdit[] {
  return wanted.map((one, at) => {
    const target = targets[at];
    if (target) return replacement(file, target, code, one);
    const before = targets.slice(0, at).findLast((other) => other !== undefined);
    const after = targets.slice(at).find((other) => other !== undefined);
    const lines = code.slice(one.lead, one.end);
    if (before) return { start: before.end, end: before.end, lines: ["", ...reindent(lines, before.indent)] };
    return { start: after?.lead ?? 0, end: after?.lead ?? 0, lines: [...reindent(lines, after?.indent ?? ""), ""] };
  });
}

/** Comments over a definition stay where the code brings none. Of a class that is shown in part only that part gives way. */
function replacement(file: readonly string[], target: Definition, code: readonly string[], one: Definition): LineEdit {
  const inner = partOf(file, target, code, one);
  if (inner) return { start: target.start + 1, end: target.end - 1, lines: inner };
  const hasLead = one.lead < one.start;
  return { start: hasLead ? target.lead : target.start, end: target.end, lines: reindent(code.slice(hasLead ? one.lead : one.start, one.end), target.indent) };
}

/** The target's inner lines with the code's in them, when the code has but few of the definitions that it has. */
function partOf(file: readonly string[], target: Definition, code: readonly string[], one: Definition): readonly string[] | undefined {
  const [lines, shown] = [file.slice(target.start + 1, target.end - 1), code.slice(one.start + 1, one.end - 1)];
  const [members, given] = [outerNames(lines), new Set(outerNames(shown))];
  const kept = members.filter((name) => given.has(name)).length;
  if (members.length < 2 || kept * 2 > members.length) return undefined;
  return replaceDefinitions(lines, shown)?.lines;
}

function outerNames(lines: readonly string[]): readonly string[] {
  return outerDefinitions(definitionsIn(lines)).map(({ name }) => name);
}

function hasLooseLines(code: readonly string[], definitions: readonly Definition[]): boolean {
  const imports = importsIn(code);
  return code.some((line, at) => {
    const text = line.trim();
    if (text === "" || /^(?:\/\/|\/\*|\*|#(?!include)|--|"use )/.test(text)) return false;
    return ![...definitions.map(({ lead, end }) => ({ start: lead, end })), ...imports].some(({ start, end }) => at >= start && at < end);
  });
}

/** An import from where the file imports already takes that one's place. */
function importEdits(file: readonly string[], code: readonly string[]): readonly LineEdit[] {
  const present = importsIn(file);
  const end = present.at(-1)?.end ?? 0;
  return importsIn(code).flatMap((one) => {
    const lines = code.slice(one.start, one.end);
    const same = present.filter(({ source }) => source === one.source);
    if (same.length > 1 || same.some((other) => file.slice(other.start, other.end).join("\n") === lines.join("\n"))) return [];
    const [other] = same;
    return [other ? { start: other.start, end: other.end, lines } : { start: end, end, lines }];
  });
}

function applyEdits(file: readonly string[], edits: readonly LineEdit[]): readonly string[] {
  const lines = [...file];
  // From the end on; of several at one place the last one first.
  const ordered = edits.map((edit, at) => ({ edit, at })).sort((a, b) => b.edit.start - a.edit.start || b.at - a.at);
  for (const { edit } of ordered) lines.splice(edit.start, edit.end - edit.start, ...edit.lines);
  return lines;
}
