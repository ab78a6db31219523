import { homedir } from "node:os";
import { commands, env, window } from "vscode";
import { t } from "../../common/l10n";
import type { Log } from "../../common/log";
import type { Indexing } from "../indexing";
import { openSettings } from "../openSettings";
import { withErrorsShown } from "../showError";
import { explainOpenFile } from "./explainOpenFile";
import { openIgnoreFile } from "./ignoreFile";
import type { IndexAction } from "./indexRows";
import { rebuildQuestion } from "./rebuildQuestion";
import { showIndexState } from "./showIndexState";
import { showLeftOut } from "./showLeftOut";

export interface IndexActionDeps {
  readonly indexing: Indexing;
  /** For people to read; empty: none. */
  readonly embeddingModel: () => string;
  readonly log: Log;
}

/** The list that `Hearth: Index Status` opens. */
export function showIndex(deps: IndexActionDeps): void {
  const { indexing, embeddingModel, log } = deps;
  const { index } = indexing;
  const table = actionTable(deps);
  showIndexState({
    index,
    facts: () => ({ status: index.status, summary: index.summary, storage: indexing.storage, home: homedir(), embeddingModel: embeddingModel() }),
    act: (action) => void withErrorsShown(log, table[action]),
  });
}

function actionTable({ indexing }: IndexActionDeps): Readonly<Record<IndexAction, () => unknown>> {
  const { index } = indexing;
  return {
    search: () => commands.executeCommand("hearth.searchCode"),
    update: () => indexing.update(),
    rebuild: () => rebuild(indexing),
    pause: () => indexing.pause(),
    resume: () => indexing.resume(),
    leftOut: () => showLeftOut(index),
    explain: () => explainOpenFile(index),
    ignoreFile: () => openIgnoreFile(),
    embeddingModel: () => commands.executeCommand("hearth.selectEmbeddingModel"),
    settings: () => openSettings("@ext:hearth.hearth index"),
    copyPlace: () => env.clipboard.writeText(indexing.storage ?? ""),
  };
}

/** Vectors take long to make, so they are not thrown away without a question. */
async function rebuild(indexing: Indexing): Promise<void> {
  const question = rebuildQuestion(indexing.index.summary);
  const button = t("Rebuild");
  if (question !== undefined && (await window.showWarningMessage(question, { modal: true }, button)) !== button) return;
  await indexing.rebuild();
}
