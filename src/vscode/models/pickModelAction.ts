import { type QuickPickItem, QuickPickItemKind, window } from "vscode";
import { describeError } from "../../common/errors";
import { t } from "../../common/l10n";
import type { ModelListing } from "../../engine/ports";
import { currentModelTarget } from "../modelSetting";
import type { ManageDeps } from "./manageModels";
import { memoryText } from "./memoryText";
import { type ModelAction, modelActions } from "./modelRows";

/** How long the person waits for the figures of a model's memory before the actions are shown without them. */
const figuresLimitMs = 3000;

interface ActionItem extends QuickPickItem {
  /** Absent: the row only tells something. */
  readonly action?: ModelAction | { readonly kind: "back" };
}

/** What to do with a model; "back" leads to the list, undefined leaves it. */
export async function pickModelAction(listing: ModelListing, deps: ManageDeps): Promise<ActionItem["action"]> {
  const around = { mayBeWorkspaces: currentModelTarget() === "workspace", used: deps.used(), isPaused: deps.status.downloadOf(listing.id)?.paused === true };
  const actions = modelActions(listing, around).map((action): ActionItem => ({ ...actionLabel(action), action }));
  const memory = await memoryItem(listing, deps);
  const items: readonly ActionItem[] = [...actions, separator, ...memory, { label: `$(arrow-left) ${t("All Models")}`, action: { kind: "back" } }];
  const chosen = await window.showQuickPick(items, { title: listing.id, placeHolder: listing.description });
  return chosen && (chosen.action ?? pickModelAction(listing, deps));
}

const separator: ActionItem = { label: "", kind: QuickPickItemKind.Separator };

/** None for a model that does not answer, and where it is not known in time. */
async function memoryItem({ id, file, role }: ModelListing, { engine, log }: ManageDeps): Promise<readonly ActionItem[]> {
  if (role !== "chat") return [];
  try {
    const report = await engine.fit({ model: file ?? id }, AbortSignal.timeout(figuresLimitMs));
    return [{ label: `$(pulse) ${report.summary}`, detail: memoryText(report) }];
  } catch (error) {
    log.write("info", `What memory ${id} takes is not known: ${describeError(error)}`);
    return [];
  }
}

function actionLabel(action: ModelAction): QuickPickItem {
  switch (action.kind) {
    case "use":
      return useLabel(action);
    case "stopUsing":
      return { label: `$(circle-slash) ${t("Search Without a Model")}`, detail: t("By words and symbols alone") };
    case "download":
      return { label: `$(cloud-download) ${t("Download")}` };
    case "discard":
      return { label: `$(close) ${t("Discard the Paused Download")}` };
    case "delete":
      return { label: `$(trash) ${t("Delete the File…")}` };
    case "reveal":
      return { label: `$(folder) ${t("Copy the File's Path")}` };
    default:
      return action satisfies never;
  }
}

function useLabel({ role, where }: Extract<ModelAction, { kind: "use" }>): QuickPickItem {
  const label = role === "chat" ? t("Answer with This Model") : t("Search with This Model");
  return { label: `$(check) ${label}`, description: where === "workspace" ? t("in this workspace") : t("everywhere") };
}
