import { type Uri, window } from "vscode";
import path from "node:path";
import { HearthError } from "../../common/errors";
import { t } from "../../common/l10n";
import type { Repository } from "./gitApi";

/**
 * The repository whose button was pressed; otherwise the only one, or the one that the person picks. Undefined: the
 * person picked none. Throws "bad-use" where there is none.
 * @param pressed what the editor hands to a command of a repository's title bar
 */
export async function chooseRepository(repositories: readonly Repository[], pressed: unknown): Promise<Repository | undefined> {
  const own = repositories.find(({ rootUri }) => rootUri.toString() === rootOf(pressed)?.toString());
  if (own) return own;
  const [only, ...others] = repositories;
  if (!only) throw new HearthError("bad-use", t("No git repository is open."), { remedy: t("Open a folder that is one.") });
  if (others.length === 0) return only;
  const items = repositories.map((repository) => ({ label: path.posix.basename(repository.rootUri.path), description: repository.rootUri.fsPath, repository }));
  return (await window.showQuickPick(items, { title: t("Write the Commit Message of Which Repository?") }))?.repository;
}

export function rootOf(pressed: unknown): Uri | undefined {
  return typeof pressed === "object" && pressed !== null && "rootUri" in pressed ? (pressed.rootUri as Uri | undefined) : undefined;
}
