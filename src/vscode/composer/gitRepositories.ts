import { type Event, extensions, type Uri } from "vscode";
import { t } from "../../common/l10n";
import { nothingThere } from "./nothingThere";

/** What is used of the API of the editor's own git extension, version 1. */
export interface GitRepository {
  readonly rootUri: Uri;
  /** The patch of what is staged, or of what is not. */
  diff(cached?: boolean): Promise<string>;
}

interface GitApi {
  readonly state: "uninitialized" | "initialized";
  readonly onDidChangeState: Event<string>;
  readonly repositories: readonly GitRepository[];
}

interface GitExtension {
  readonly enabled: boolean;
  getAPI(version: 1): GitApi;
}

const extensionId = "vscode.git";
/** How long the git extension may take to look for repositories after it has started. */
const startLimitMs = 5000;

export function hasGit(): boolean {
  return extensions.getExtension(extensionId) !== undefined;
}

/** The repositories that are open; at least one. Throws "bad-use" with what is missing. */
export async function gitRepositories(): Promise<readonly GitRepository[]> {
  const found = extensions.getExtension<GitExtension>(extensionId);
  const git = found && (await found.activate());
  if (!git?.enabled) throw nothingThere(t("The editor's git extension is not there or is turned off."), t("Turn on the built-in extension Git and the setting git.enabled."));
  const api = git.getAPI(1);
  if (api.state !== "initialized") await initialised(api);
  if (api.repositories.length === 0) throw nothingThere(t("No git repository is open."), t("Open a folder that is one, or run Git: Initialize Repository."));
  return api.repositories;
}

function initialised(api: GitApi): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      listener.dispose();
      resolve();
    };
    const timer = setTimeout(end, startLimitMs);
    const listener = api.onDidChangeState((state) => {
      if (state === "initialized") end();
    });
  });
}
