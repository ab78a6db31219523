import { ProgressLocation, window } from "vscode";
import { t } from "../../common/l10n";
import { setContextKey } from "../contextKeys";
import { chooseRepository, rootOf } from "./chooseRepository";
import { type CommitDeps, CommitWriter } from "./commitWriter";
import { gitApi } from "./gitApi";

/** The two commands of the button in a repository's title bar. */
export function commitCommands(deps: Pick<CommitDeps, "model" | "settings" | "requests">) {
  const writer = new CommitWriter({
    ...deps,
    running: (isRunning) => setContextKey("hearth.writingCommitMessage", isRunning),
    tell: (message) => void window.setStatusBarMessage(`Hearth: ${message}`, 8000),
  });
  return {
    "hearth.writeCommitMessage": async (pressed?: unknown) => {
      const repository = await chooseRepository((await gitApi()).repositories, pressed);
      if (!repository) return;
      await window.withProgress({ location: ProgressLocation.SourceControl, title: t("Writing the commit message") }, () => writer.write(repository));
    },
    "hearth.stopCommitMessage": (pressed?: unknown) => writer.stop(rootOf(pressed)?.toString()),
  };
}
