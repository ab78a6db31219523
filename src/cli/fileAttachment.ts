import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import { byteSize } from "../common/byteSize";
import { HearthError, systemCode } from "../common/errors";
import { codeAttachment } from "../chat/attachmentText";
import type { Attachment } from "../chat/types";
import { expandHome } from "../engine/expandHome";
import { languageOf } from "../rag/languages";
import { decodeSource } from "../rag/sourceText";

/** Larger files are not read to be attached: some of their lines can be. Bytes. */
const mostBytes = 5_000_000;

/** A file as it was named, with the lines that were asked for. */
interface NamedFile {
  readonly file: string;
  readonly first?: number;
  readonly last?: number;
}

/**
 * A file that a person names, whole or some of its lines: "src/a.ts", "src/a.ts:10", "src/a.ts:10-20". It is called by its
 * path from `cwd` on where it lies below that. Throws "bad-use" for what is no text file, or has no such lines.
 */
export async function fileAttachment(name: string, cwd: string): Promise<Attachment> {
  const { file, first = 1, last } = await namedFile(name, cwd);
  const text = decodedText(await readBytes(file, name), name);
  const lines = (text.endsWith("\n") ? text.slice(0, -1) : text).split("\n");
  if (first < 1 || (last ?? first) < first || first > lines.length) {
    throw unusable(`${name} names lines that are not there: the file has ${lines.length}.`, "Give FILE:FIRST-LAST.");
  }
  const wanted = lines.slice(first - 1, last).join("\n");
  if (wanted.trim() === "") throw unusable(`${name} is empty.`, "Attach another file.");
  return codeAttachment({ path: shownPath(file, cwd), language: languageOf(file), startLine: first, text: wanted });
}

/** A file whose whole name ends like a range of lines is that file. */
async function namedFile(name: string, cwd: string): Promise<NamedFile> {
  const file = path.resolve(cwd, expandHome(name));
  const match = /^(.+):(\d+)(?:-(\d+))?$/.exec(file);
  if (!match || (await isThere(file))) return { file };
  const [, stem = file, first, last] = match;
  return { file: stem, first: Number(first), last: Number(last ?? first) };
}

async function isThere(file: string): Promise<boolean> {
  try {
    await stat(file);
    return true;
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return false;
  }
}

async function readBytes(file: string, name: string): Promise<Uint8Array> {
  try {
    const found = await stat(file);
    if (found.isDirectory()) throw unusable(`${name} is a folder.`, "Attach its files one by one, or let the index find what matters: --workspace names the folder.");
    if (found.size > mostBytes) throw unusable(`${name} is too large to attach: ${byteSize(found.size)}.`, "Attach the lines that matter: FILE:FIRST-LAST.");
    return await readFile(file);
  } catch (cause) {
    if (cause instanceof HearthError) throw cause;
    const problem = systemCode(cause) === "ENOENT" ? `There is no file ${name}.` : `${name} cannot be read.`;
    throw new HearthError("bad-use", problem, { cause, remedy: "See that the path is right and that you may read the file." });
  }
}

function decodedText(bytes: Uint8Array, name: string): string {
  const isUtf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  if (!isUtf16 && bytes.subarray(0, 8192).includes(0)) throw unusable(`${name} is no text file.`, "Attach text: code, a log, a document in plain text.");
  return decodeSource(bytes).replaceAll("\r\n", "\n");
}

function shownPath(file: string, cwd: string): string {
  const relative = path.relative(cwd, file);
  const isBelow = relative !== "" && !relative.startsWith("..") && !path.isAbsolute(relative);
  return (isBelow ? relative : file).replaceAll("\\", "/");
}

function unusable(message: string, remedy: string): HearthError {
  return new HearthError("bad-use", message, { remedy });
}
