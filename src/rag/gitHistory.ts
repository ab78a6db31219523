import { git } from "./gitFiles";

/** A commit of the past: what it says of itself, and the files it changed by the paths they have now. */
export interface PastCommit {
  readonly subject: string;
  readonly files: readonly string[];
}

export interface DatedCommit extends PastCommit {
  /** When it was committed: seconds since 1970. */
  readonly time: number;
}

/** Older commits are not asked for. */
const mostCommits = 2000;

/**
 * The last 2,000 commits that led to what is checked out, newest first; empty where there is no git. Merges say nothing of
 * their own. Only moves without a change are followed: others would take the contents of old files to see.
 */
export async function gitHistory(folder: string, signal?: AbortSignal): Promise<readonly DatedCommit[]> {
  const args = ["log", "-n", String(mostCommits), "--no-merges", "-M100%", "--name-status", "--relative", "-z", "--format=%x01%ct %s%x02"];
  const output = (await git(folder, args, signal)) ?? "";
  const renamed = new Map<string, string>();
  return output.split("\u0001").slice(1).map((commit) => parseCommit(commit, renamed));
}

/** The past of a folder's checked-out commit, read again only when that is another one. */
export class GitHistory {
  readonly #folder: string;
  #head: string | undefined;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Undefined when it is still the same commit, or none. */
  async readIfMoved(signal?: AbortSignal): Promise<readonly DatedCommit[] | undefined> {
    const head = await gitHead(this.#folder, signal);
    if (head === this.#head) return undefined;
    const commits = await gitHistory(this.#folder, signal);
    this.#head = head;
    return commits;
  }
}

/** The commit that is checked out; undefined without git, or before the first commit. */
async function gitHead(folder: string, signal?: AbortSignal): Promise<string | undefined> {
  const output = await git(folder, ["rev-parse", "--verify", "--quiet", "HEAD"], signal);
  return output === undefined || output === "" ? undefined : output.trim();
}

/** Commits come newest first, so what later ones renamed is known: `renamed` holds the present path of each old one. */
function parseCommit(commit: string, renamed: Map<string, string>): DatedCommit {
  const [title = "", changes = ""] = commit.split("\u0002");
  const space = title.indexOf(" ");
  const fields = changes.split("\0").map((field) => field.replace(/^\n+/, "")).filter((field) => field !== "");
  const files: string[] = [];
  for (let i = 0; i < fields.length; ) {
    const isMove = /^[RC]/.test(fields[i] ?? "");
    const before = fields[i + 1] ?? "";
    const after = isMove ? (fields[i + 2] ?? "") : before;
    const now = renamed.get(after) ?? after;
    if (fields[i]?.startsWith("R") === true) renamed.set(before, now);
    files.push(now);
    i += isMove ? 3 : 2;
  }
  return { subject: title.slice(space + 1), files, time: Number(title.slice(0, space)) };
}
