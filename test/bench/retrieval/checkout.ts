import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Runs git without anybody's configuration or hooks. Rejects when it fails. */
export async function git(gitDir: string, args: readonly string[]): Promise<string> {
  const env = { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1", GIT_LFS_SKIP_SMUDGE: "1", LC_ALL: "C" };
  const { stdout } = await run("git", ["-C", gitDir, "-c", "core.hooksPath=/dev/null", "-c", "core.quotepath=off", "-c", "advice.detachedHead=false", ...args], {
    env,
    maxBuffer: 1024 ** 3,
  });
  return stdout;
}

/**
 * A work tree of its own over the objects of a repository, which is only read. Going from one commit to the next writes
 * the files that differ, so an index follows as it does when somebody switches branches; git's history there is that of
 * the commit.
 */
export class Checkout {
  readonly #folder: string;
  /** Files whose content a partial copy of a repository lacks; large binaries as a rule. */
  readonly #missing = new Set<string>();

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async create(gitDir: string): Promise<Checkout> {
    const folder = await mkdtemp(path.join(os.tmpdir(), "hearth-retrieval-"));
    await git(gitDir, ["clone", "--quiet", "--shared", "--no-checkout", gitDir, path.join(folder, "tree")]);
    return new Checkout(folder);
  }

  get root(): string {
    return path.join(this.#folder, "tree");
  }

  /** Empty at first. */
  get scratch(): string {
    return path.join(this.#folder, "scratch");
  }

  async goTo(commit: string): Promise<void> {
    for (;;) {
      try {
        await git(this.root, ["checkout", "--quiet", "--force", "--detach", commit]);
        break;
      } catch (error) {
        await this.#leaveOutMissing(error);
      }
    }
    await git(this.root, ["clean", "-ffdxq"]);
  }

  /** Throws what it is given when that is about something else. */
  async #leaveOutMissing(error: unknown): Promise<void> {
    const missing = [...String(error).matchAll(/(?:invalid object \d+ [\da-f]+ for '([^'\n]+)'|unable to read sha1 file of (.+) \([\da-f]+\))/g)].map(([, a, b]) => a ?? b ?? "");
    if (!missing.some((file) => !this.#missing.has(file))) throw error;
    for (const file of missing) this.#missing.add(file);
    await git(this.root, ["config", "core.sparseCheckout", "true"]);
    const patterns = ["/*", ...[...this.#missing].map((file) => `!/${file.replace(/[[\]*?\\]/g, "\\$&")}`)];
    await writeFile(path.join(this.root, ".git", "info", "sparse-checkout"), `${patterns.join("\n")}\n`);
  }

  async dispose(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }
}
