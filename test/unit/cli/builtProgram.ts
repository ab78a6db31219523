import assert from "node:assert/strict";
import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { repositoryRoot } from "../../fixtures/repository";

export interface ProgramResult {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
  readonly rows: readonly Record<string, unknown>[];
}

/** What the person who runs the tests may have set for their own use of the program. */
const unset = Object.fromEntries(
  ["MODEL", "BACKEND", "ENDPOINT", "SERVER_MODEL", "EMBEDDING_ENDPOINT", "API_KEY", "EMBEDDING_API_KEY", "TOKEN"].map((name) => [`HEARTH_${name}`, ""]),
);

/** The built program with a home and a workspace of its own, run as a process. */
export class BuiltProgram {
  readonly home: string;
  readonly workspace: string;

  private constructor(home: string) {
    this.home = home;
    this.workspace = path.join(home, "workspace");
  }

  /** Builds the bundles, once for all tests of this process, and lays out a small workspace. */
  static async create(): Promise<BuiltProgram> {
    buildBundles();
    const program = new BuiltProgram(await mkdtemp(path.join(os.tmpdir(), "hearth-cli-")));
    await mkdir(path.join(program.workspace, "src"), { recursive: true });
    await writeFile(path.join(program.workspace, "src", "parser.ts"), "/** Splits a line into words. */\nexport function parseLine(line: string) {\n  return line.split(' ');\n}\n");
    await writeFile(path.join(program.workspace, "src", "colour.py"), "def mix_colours(red, green):\n    return (red + green) / 2\n");
    return program;
  }

  /** The program's own file. */
  get entry(): string {
    return path.join(bundles(), "cli.mjs");
  }

  start(args: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcessWithoutNullStreams {
    return spawn(process.execPath, [this.entry, ...args], {
      cwd: this.workspace,
      detached: true, // a process group of its own, as at a terminal
      env: { ...process.env, ...unset, HEARTH_HOME: this.home, NO_COLOR: "1", ...env },
    });
  }

  async run(args: readonly string[], { input = "", env = {} }: { input?: string; env?: NodeJS.ProcessEnv } = {}): Promise<ProgramResult> {
    const child = this.start(args, env);
    const texts = { out: "", err: "" };
    child.stdout.setEncoding("utf8").on("data", (text: string) => (texts.out += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (texts.err += text));
    child.stdin.on("error", () => undefined); // a program that leaves early does not read its input
    child.stdin.end(input);
    const [code] = (await once(child, "close")) as [number | null];
    return { code, ...texts, rows: args.includes("--json") ? parseRows(texts.out) : [] };
  }

  async remove(): Promise<void> {
    await rm(this.home, { recursive: true, force: true });
  }
}

/** A folder of this process's own, inside the repository, where node_modules is found. */
function bundles(): string {
  return path.join(repositoryRoot(), "out", `program-${process.pid}`);
}

let isBuilt = false;

function buildBundles(): void {
  if (isBuilt) return;
  execFileSync(process.execPath, ["esbuild.mjs", "--only=cli,engine,index", `--dist=${bundles()}`], { cwd: repositoryRoot(), stdio: "inherit" });
  process.once("exit", () => rmSync(bundles(), { recursive: true, force: true }));
  isBuilt = true;
}

export function parseRows(text: string): Record<string, unknown>[] {
  const lines = text.split("\n");
  assert.equal(lines.pop(), "", "the output ends with a newline");
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}
