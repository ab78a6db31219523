import { extensions, type Uri } from "vscode";
import { HearthError } from "../../common/errors";
import { t } from "../../common/l10n";

/** The part of the built-in git extension's API (version 1) that is used here. */
export interface GitApi {
  readonly repositories: readonly Repository[];
}

export interface Repository {
  readonly rootUri: Uri;
  readonly inputBox: { value: string };
  readonly state: {
    readonly indexChanges: readonly Change[];
    readonly workingTreeChanges: readonly Change[];
    /** Absent in older editors, which count untracked files among the changes of the working tree. */
    readonly untrackedChanges?: readonly Change[];
  };
  /** A unified diff: of what is staged, or of what is not. */
  diff(cached?: boolean): Promise<string>;
  /** Newest first. Rejects where there is no commit yet. */
  log(options: { readonly maxEntries: number }): Promise<readonly { readonly message: string }[]>;
}

export interface Change {
  readonly uri: Uri;
  readonly status: number;
}

interface GitExtension {
  readonly enabled: boolean;
  getAPI(version: 1): GitApi;
}

/** The git of the editor. Throws "bad-use" where it is turned off. */
export async function gitApi(): Promise<GitApi> {
  const extension = extensions.getExtension<GitExtension>("vscode.git");
  const git = extension && (await extension.activate());
  if (!git?.enabled) {
    throw new HearthError("bad-use", t("The editor's git support is turned off."), { remedy: t("Turn the setting git.enabled on.") });
  }
  return git.getAPI(1);
}
