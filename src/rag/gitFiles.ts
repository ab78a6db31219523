import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);
const maxOutputBytes = 512 * 1024 * 1024;

/** Runs git in a folder; undefined when git is not there, the folder is no work tree, or git refuses it. */
async function git(folder: string, args: readonly string[], signal?: AbortSignal): Promise<string | undefined> {
  try {
    const env = { ...process.env, GIT_OPTIONAL_LOCKS: "0", LC_ALL: "C" };
    const { stdout } = await run("git", ["-c", "core.quotepath=off", ...args], {
      cwd: folder,
      env,
      maxBuffer: maxOutputBytes,
      windowsHide: true,
      timeout: 60_000,
      ...(signal && { signal }),
    });
    return stdout;
  } catch (error) {
    if (signal?.aborted) throw error;
    return undefined;
  }
}

const split = (output: string): string[] => output.split("\0").filter((entry) => entry !== "");

/**
 * Files that git tracks or would track below a folder, relative to it. Entries that are folders are submodules or
 * repositories inside. Undefined where git has no say: no repository, or a folder that an outer one ignores.
 */
export async function gitFiles(folder: string, signal?: AbortSignal): Promise<readonly string[] | undefined> {
  const output = await git(folder, ["ls-files", "-co", "--exclude-standard", "-z"], signal);
  if (output === undefined) return undefined;
  const files = split(output);
  if (files.length > 0) return files;
  const ignored = await git(folder, ["check-ignore", "-q", "."], signal);
  return ignored === undefined ? files : undefined;
}

/** Files that git ignores; folders that it ignores whole are listed file by file. */
export async function gitIgnoredFiles(folder: string, signal?: AbortSignal): Promise<readonly string[]> {
  return split((await git(folder, ["ls-files", "-oi", "--exclude-standard", "-z"], signal)) ?? "");
}

/** How fast a commit's say on its files fades: after this many newer commits it counts 1/e. */
const fadeCommits = 50;

/** How much each file was worked on of late: its share in the last 200 commits, newer ones counting more. */
export async function gitRecency(folder: string, signal?: AbortSignal): Promise<ReadonlyMap<string, number>> {
  const scores = new Map<string, number>();
  const output = await git(folder, ["log", "--name-only", "--relative", "-n", "200", "--no-merges", "--pretty=format:%x01", "-z"], signal);
  const commits = (output ?? "").split("\u0001").slice(1);
  for (const [age, commit] of commits.entries()) {
    const files = split(commit.replaceAll("\n", ""));
    // A commit that touches hundreds of files (a reformat, a move) says little about any of them.
    const weight = Math.exp(-age / fadeCommits) / Math.max(1, files.length / 10);
    for (const file of files) scores.set(file, (scores.get(file) ?? 0) + weight);
  }
  return scores;
}
