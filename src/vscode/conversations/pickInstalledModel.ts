import { QuickPickItemKind, window } from "vscode";
import { HearthError } from "../../common/errors";
import { t } from "../../common/l10n";
import type { Engine } from "../../engine/ports";
import { modelItems, type ModelItem } from "../modelItems";

/** Asks for one of the chat models whose files are on this machine. Undefined: none was chosen. */
export async function pickInstalledModel(engine: Pick<Engine, "models">, folders: readonly string[], current: string): Promise<string | undefined> {
  const missing = new Set((await engine.models()).filter(({ file }) => file === undefined).map(({ id }) => id));
  const items = withoutEmptyGroups((await modelItems(engine, folders, current)).filter((item) => isSeparator(item) || (item.model !== undefined && !missing.has(item.model))));
  if (items.length === 0) throw new HearthError("bad-use", t("No model is installed."), { remedy: t("Download one with Select Model.") });
  const chosen = await window.showQuickPick(items, { title: t("Answer Again with Another Model"), placeHolder: t("The model is set for this workspace; the old answer stays as a version") });
  return chosen?.model;
}

function withoutEmptyGroups(items: readonly ModelItem[]): readonly ModelItem[] {
  return items.filter((item, at) => !isSeparator(item) || (at + 1 < items.length && !isSeparator(items[at + 1] ?? item)));
}

function isSeparator({ kind }: ModelItem): boolean {
  return kind === QuickPickItemKind.Separator;
}
