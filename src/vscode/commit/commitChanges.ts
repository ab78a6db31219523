import path from "node:path";
import type { Uri } from "vscode";
import { type FileDiff, splitDiff } from "../../chat/commitMessage";
import type { Change, Repository } from "./gitApi";

export interface CommitChanges {
  readonly files: readonly FileDiff[];
  /** False: nothing is staged, so these are all changes. */
  readonly staged: boolean;
}

/** git extension's number of a file that git does not know yet. */
const untracked = 7;

/** What a commit would hold: the staged changes, or all of them where nothing is staged. */
export async function commitChanges(repository: Repository): Promise<CommitChanges> {
  const { indexChanges, workingTreeChanges, untrackedChanges = [] } = repository.state;
  if (indexChanges.length > 0) return { files: withNames(splitDiff(await repository.diff(true)), indexChanges, repository.rootUri), staged: true };
  const changes = [...workingTreeChanges, ...untrackedChanges];
  return { files: withNames(splitDiff(await repository.diff(false)), changes.filter(({ status }) => status === untracked), repository.rootUri), staged: false };
}

/** Files without a diff, such as new ones that git does not follow yet, keep their names. */
function withNames(files: readonly FileDiff[], changes: readonly Change[], root: Uri): readonly FileDiff[] {
  const known = new Set(files.map((file) => file.path));
  const names = changes.map(({ uri }) => path.posix.relative(root.path, uri.path)).filter((name) => !known.has(name));
  return [...files, ...names.map((name) => ({ path: name, text: "" }))];
}

/** First lines of the newest commits; none in a repository without any. */
export async function recentSubjects(repository: Repository, count: number): Promise<readonly string[]> {
  try {
    const commits = await repository.log({ maxEntries: count });
    return commits.map(({ message }) => message.split("\n", 1)[0]?.trim() ?? "").filter((subject) => subject !== "");
  } catch {
    return []; // git refuses the log of a branch without a commit
  }
}
