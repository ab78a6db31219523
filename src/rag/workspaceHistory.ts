import { type DatedCommit, GitHistory } from "./gitHistory";
import type { WorkspaceFolder, WorkspaceFolders } from "./workspaceFolders";

interface FolderHistory {
  readonly folder: WorkspaceFolder;
  readonly history: GitHistory;
  commits: readonly DatedCommit[];
}

/** The past of all folders of the workspace, as one list of commits. */
export class WorkspaceHistory {
  readonly #folders: readonly FolderHistory[];

  constructor(folders: WorkspaceFolders) {
    this.#folders = folders.all.map((folder) => ({ folder, history: new GitHistory(folder.path), commits: [] }));
  }

  /** Commits of all folders, the newest first; undefined when nothing else is checked out than at the last call. */
  async readIfMoved(signal?: AbortSignal): Promise<readonly DatedCommit[] | undefined> {
    let hasMoved = false;
    for (const part of this.#folders) {
      const commits = await part.history.readIfMoved(signal);
      if (!commits) continue;
      part.commits = commits.map((commit) => prefixed(commit, part.folder.prefix));
      hasMoved = true;
    }
    return hasMoved ? this.#merged() : undefined;
  }

  /** git's own order stays where there is one folder: rebased commits are not sorted by their times. */
  #merged(): readonly DatedCommit[] {
    const [first, ...others] = this.#folders.map(({ commits }) => commits);
    return others.length === 0 ? (first ?? []) : [...(first ?? []), ...others.flat()].sort((a, b) => b.time - a.time);
  }
}

function prefixed(commit: DatedCommit, prefix: string): DatedCommit {
  return prefix === "" ? commit : { ...commit, files: commit.files.map((file) => prefix + file) };
}
