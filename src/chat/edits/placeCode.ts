import { HearthError } from "../../common/errors";
import { t } from "../../common/l10n";
import { definitionsIn, outerDefinitions } from "./definitions";
import { splitAtElisions } from "./elision";
import { inMannerOf, withEndOfLine } from "./endOfLine";
import { cleanCode } from "./extractCode";
import { indentOf, reindent } from "./indentation";
import { mergeElided } from "./mergeElided";
import { isProse } from "./prose";
import { replaceDefinitions } from "./replaceDefinitions";
import { sharedLines } from "./sharedLines";

export interface PlaceRequest {
  readonly file: string;
  readonly code: string;
  /** Of the code, as an id such as "typescript"; empty: not known. */
  readonly language: string;
  /** Where the cursor stands in the file, 0-based: code that has no other place goes there. Default: the end. */
  readonly line?: number;
}

/** How the code went into the file. */
export type PlacementKind =
  | "whole"
  | "definitions"
  /** Lines that the code leaves out by a comment were kept. */
  | "merged"
  /** Nothing in the file is like it: it was put at the cursor. */
  | "insertion";

export interface Placement {
  readonly kind: PlacementKind;
  readonly text: string;
  /** Names of what gave way. */
  readonly names: readonly string[];
}

/** Lines of the file that stay when code stands for the whole of it, at least. */
const wholeShare = 0.6;

/**
 * The text of a file with code from an answer in it. Throws "bad-use" for prose, and for code that leaves lines out
 * where nobody can tell which.
 */
export function placeCode({ file, code, language, line }: PlaceRequest): Placement {
  const lines = linesOf(file);
  const wanted = withoutPathComment(cleanCode(code).split("\n"), lines);
  if (isProse(wanted.join("\n"), language)) throw notCode();
  const place = (kind: PlacementKind, placed: readonly string[], names: readonly string[] = []): Placement => ({ kind, names, text: inMannerOf(file, placed.join("\n")) });
  if (file.trim() === "") return place("whole", wanted);
  const merged = mergeElided(lines, wanted);
  if (merged) return place("merged", merged);
  if (leavesOut(wanted)) throw leftOut();
  if (isWhole(lines, wanted)) return place("whole", wanted);
  const replaced = replaceDefinitions(lines, wanted);
  if (replaced) return place("definitions", replaced.lines, replaced.names);
  return place("insertion", inserted(lines, wanted, line ?? lines.length));
}

function linesOf(text: string): readonly string[] {
  const plain = withEndOfLine(text.replace(/^\uFEFF/, ""), "\n");
  return (plain.endsWith("\n") ? plain.slice(0, -1) : plain).split("\n");
}

/** Whether the code has most of the file's lines, or all that the file defines, and begins as it does. */
function isWhole(file: readonly string[], code: readonly string[]): boolean {
  if (sharedLines(file, code) >= wholeShare) return code.length >= file.length * wholeShare;
  const [own, given] = [outerNames(file), new Set(outerNames(code))];
  return own.length > 1 && own.every((name) => given.has(name)) && firstLine(file) === firstLine(code);
}

function outerNames(lines: readonly string[]): readonly string[] {
  return outerDefinitions(definitionsIn(lines)).map(({ name }) => name);
}

function firstLine(lines: readonly string[]): string {
  return lines.find((line) => line.trim() !== "")?.trim() ?? "";
}

function inserted(file: readonly string[], code: readonly string[], line: number): readonly string[] {
  const at = Math.min(line, file.length);
  const indent = indentOf(file[at] ?? file[at - 1] ?? "");
  return [...file.slice(0, at), ...reindent(code, at === file.length ? "" : indent), ...file.slice(at)];
}

/** A comment with nothing but a path says where the code belongs, and is none of it. */
function withoutPathComment(code: readonly string[], file: readonly string[]): readonly string[] {
  const [first = "", ...rest] = code;
  const isPath = /^(?:\/\/|#|--|\/\*|<!--)\s*(?:file(?:name)?:\s*)?[\w@.][\w@./\\-]*\.\w+\s*(?:\*\/|-->)?$/i.test(first.trim());
  if (!isPath || file.includes(first)) return code;
  return rest.slice(rest.findIndex((line) => line.trim() !== ""));
}

function leavesOut(code: readonly string[]): boolean {
  return splitAtElisions(code) !== undefined;
}

function notCode(): HearthError {
  return new HearthError("bad-use", t("This reads like text, not like code."), { remedy: t("Copy what you need of it, or insert it at the cursor.") });
}

function leftOut(): HearthError {
  return new HearthError("bad-use", t("The code leaves out lines, and they are not to be found in this file."), { remedy: t("Ask for the whole code, or choose the file that it belongs to.") });
}
