import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);
const maxOutputBytes = 512 * 1024 * 1024;

/**
 * A repository's own config can name programs that git starts: a file monitor, hooks, a signature check, a transport
 * that fetches missing objects. Reading a folder must run none of them.
 */
const safeConfig = ["core.fsmonitor=false", "core.hooksPath=/dev/null", "log.showSignature=false", "core.quotepath=off"];
const safeArgs = ["--no-pager", ...safeConfig.flatMap((entry) => ["-c", entry])];
const safeEnv = { GIT_OPTIONAL_LOCKS: "0", GIT_TERMINAL_PROMPT: "0", GIT_NO_LAZY_FETCH: "1", GIT_ALLOW_PROTOCOL: "none", LC_ALL: "C" };

/** The exit status of git commands that found nothing. */
const nothingFound = 1;

/**
 * Runs git in a folder; undefined when git is not there, the folder is no work tree, or git refuses it. What git says
 * when it finds nothing is an empty text.
 */
export async function git(folder: string, args: readonly string[], signal?: AbortSignal, input = ""): Promise<string | undefined> {
  try {
    const running = run("git", [...safeArgs, ...args], {
      cwd: folder,
      env: { ...process.env, ...safeEnv },
      maxBuffer: maxOutputBytes,
      windowsHide: true,
      timeout: 60_000,
      ...(signal && { signal }),
    });
    // A git that ends without reading says why with its exit status.
    running.child.stdin?.on("error", () => undefined).end(input);
    return (await running).stdout;
  } catch (error) {
    if (signal?.aborted) throw error;
    return error instanceof Error && "code" in error && error.code === nothingFound ? "" : undefined;
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
  const ignored = await git(folder, ["check-ignore", "."], signal);
  return ignored === undefined || ignored === "" ? files : undefined;
}

/** Files that git ignores; folders that it ignores whole are listed file by file. */
export async function gitIgnoredFiles(folder: string, signal?: AbortSignal): Promise<readonly string[]> {
  return split((await git(folder, ["ls-files", "-oi", "--exclude-standard", "-z"], signal)) ?? "");
}

/** Which of these paths git ignores; tracked ones are not. Undefined where git has no say, as in a submodule. */
export async function gitIgnored(folder: string, paths: readonly string[], signal?: AbortSignal): Promise<ReadonlySet<string> | undefined> {
  const output = await git(folder, ["check-ignore", "-z", "--stdin"], signal, paths.map((file) => `${file}\0`).join(""));
  return output === undefined ? undefined : new Set(split(output));
}
