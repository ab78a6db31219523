import path from "node:path";
import { t } from "../../../common/l10n";
import { textAttachment } from "../../../chat/attachmentText";
import { type GitRepository, gitRepositories, hasGit } from "../gitRepositories";
import { nothingThere } from "../nothingThere";
import type { MentionSource } from "./mentionSource";

const staged = "staged";
const unstaged = "unstaged";

/** What has changed since the last commit, as a patch: what is staged, what is not, or both. */
export const gitDiffSource: MentionSource = {
  kind: "gitDiff",
  head: () => (hasGit() ? { kind: "gitDiff", id: "", label: t("Git diff"), detail: t("staged and other changes") } : undefined),
  rows: () =>
    Promise.resolve([
      { kind: "gitDiff", id: staged, label: t("Staged changes") },
      { kind: "gitDiff", id: unstaged, label: t("Changes that are not staged") },
    ]),
  async resolve(id) {
    const repositories = await gitRepositories();
    const text = (await Promise.all(repositories.map((repository) => repositoryDiff(repository, id, repositories.length > 1)))).filter(Boolean).join("\n");
    if (text === "") throw nothingThere(emptyText(id), t("Files that git does not track yet have to be staged to be seen."));
    return [textAttachment({ source: "gitDiff", path: "git diff", label: labelText(id), text, language: "diff" })];
  },
};

async function repositoryDiff(repository: GitRepository, id: string, isOneOfMany: boolean): Promise<string> {
  const parts = await Promise.all([...(id === unstaged ? [] : [true]), ...(id === staged ? [] : [false])].map((cached) => repository.diff(cached)));
  const text = parts.map((part) => part.trimEnd()).filter(Boolean).join("\n");
  return text !== "" && isOneOfMany ? `# ${path.posix.basename(repository.rootUri.path)}\n${text}` : text;
}

function labelText(id: string): string {
  if (id === staged) return t("Git diff: staged changes");
  return id === unstaged ? t("Git diff: changes that are not staged") : t("Git diff: all changes");
}

function emptyText(id: string): string {
  return id === staged ? t("No changes are staged.") : t("There are no changes.");
}
