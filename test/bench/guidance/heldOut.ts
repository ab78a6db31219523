import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { promisify } from "node:util";

const run = promisify(execFile);

/** A function whose body the model has not seen. */
export interface HeldOutFunction {
  readonly file: string;
  /** Its first line, up to where the body begins. */
  readonly header: string;
  readonly body: string;
}

export interface SplitRepository {
  readonly name: string;
  /** Every file without the bodies of the held-out functions. */
  readonly rest: readonly { readonly file: string; readonly text: string }[];
  readonly functions: readonly HeldOutFunction[];
}

const extensions = /\.(c|cc|cpp|cs|go|h|java|js|jsx|kt|mjs|php|py|rb|rs|scala|swift|ts|tsx)$/;
const heads = /^(\s*)(export\s+|public\s+|private\s+|pub(\([a-z]+\))?\s+|static\s+|async\s+)*(function\*?\s+\w+|def\s+\w+|func\s+[\w(*) ]*\w+|fn\s+\w+)[^;]*[{:]\s*$/;
const lines = { least: 6, most: 60 };
const largestFile = 200_000;

export interface SplitLimits {
  readonly functions: number;
  /** Of source files in all; which ones, their names' hashes decide. */
  readonly bytes: number;
}

/** Takes functions out of the source files of a git directory's HEAD; which ones, their hashes decide. At most a fifth of them. */
export async function splitRepository(gitDirectory: string, name: string, { functions: most, bytes }: SplitLimits): Promise<SplitRepository> {
  const { stdout } = await git(gitDirectory, "ls-tree", "-r", "-l", "HEAD");
  const files = stdout.split("\n").flatMap((line) => {
    const [, size = "", file = ""] = /^\d+ blob \w+ +(\d+)\t(.*)$/.exec(line) ?? [];
    return extensions.test(file) && Number(size) < largestFile && !/(^|\/)(vendor|node_modules|dist|third_party)\//.test(file) ? [{ file, size: Number(size) }] : [];
  });
  const texts: { file: string; text: string }[] = [];
  let taken = 0;
  for (const { file, size } of files.sort((a, b) => (hashOf(a.file) < hashOf(b.file) ? -1 : 1))) {
    if (taken + size > bytes) continue;
    taken += size;
    texts.push({ file, text: (await git(gitDirectory, "show", `HEAD:${file}`)).stdout });
  }
  const found = texts.flatMap(({ file, text }) => functionsOf(file, text)).sort((a, b) => (rankOf(a) < rankOf(b) ? -1 : 1));
  const functions = found.slice(0, Math.min(most, Math.floor(found.length / 5)));
  return { name, functions, rest: texts.map(({ file, text }) => ({ file, text: without(file, text, functions) })) };
}

function git(directory: string, ...args: string[]) {
  return run("git", [`--git-dir=${directory}`, ...args], { maxBuffer: 64 << 20 });
}

/** By indentation: a body ends before the next line that is not further in than its header. */
function functionsOf(file: string, text: string): readonly HeldOutFunction[] {
  const all = text.split("\n");
  return all.flatMap((header, at) => {
    const indent = heads.exec(header)?.[1];
    if (indent === undefined) return [];
    const rest = all.slice(at + 1);
    const end = rest.findIndex((line) => line.trim() !== "" && /^\s*/.exec(line)![0].length <= indent.length);
    const body = rest.slice(0, end === -1 ? rest.length : end);
    return body.length >= lines.least && body.length <= lines.most ? [{ file, header, body: body.join("\n") }] : [];
  });
}

function rankOf({ file, header, body }: HeldOutFunction): string {
  return hashOf(`${file}\n${header}\n${body}`);
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function without(file: string, text: string, functions: readonly HeldOutFunction[]): string {
  return functions.filter((held) => held.file === file).reduce((left, { body }) => left.replace(body, ""), text);
}
