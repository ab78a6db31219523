import { QuickPickItemKind, window } from "vscode";
import { t } from "../../common/l10n";
import type { ModelListing } from "../../engine/ports";
import { showFits } from "../modelFits";
import type { ModelItem } from "../modelItems";
import type { ManageDeps } from "./manageModels";
import { modelGroups } from "./modelRows";

interface RowItem extends ModelItem {
  /** Absent on headings and on the row that picks a file. */
  readonly listing?: ModelListing;
  readonly picksFile?: boolean;
}

/** The list is there at once; whether each model fits this machine follows. Undefined: the person left. */
export async function pickModelRow(deps: ManageDeps, last: ModelListing | undefined): Promise<ModelListing | "file" | undefined> {
  const picker = window.createQuickPick<RowItem>();
  const closed = new AbortController();
  picker.title = t("Hearth: Models");
  picker.placeholder = t("Choose a model to use, download or delete it");
  picker.matchOnDescription = picker.matchOnDetail = true;
  picker.busy = true;
  picker.show();
  try {
    return await Promise.race([answerOf(picker), fill(picker, deps, last, closed.signal)]);
  } finally {
    closed.abort();
    picker.dispose();
  }
}

type Picker = ReturnType<typeof window.createQuickPick<RowItem>>;

function answerOf(picker: Picker): Promise<ModelListing | "file" | undefined> {
  return new Promise((resolve) => {
    picker.onDidAccept(() => {
      const [item] = picker.selectedItems;
      if (item) resolve(item.picksFile === true ? "file" : item.listing);
    });
    picker.onDidHide(() => resolve(undefined));
  });
}

/** Rejects where there is no list to show; else it never settles, so that the answer decides. */
async function fill(picker: Picker, { engine, list, used, log }: ManageDeps, last: ModelListing | undefined, closed: AbortSignal): Promise<never> {
  picker.items = rowItems(await list(), used());
  picker.activeItems = picker.items.filter(({ listing }) => listing !== undefined && listing.id === last?.id);
  await showFits(picker, engine, log, closed);
  picker.busy = false;
  return new Promise<never>(() => undefined);
}

function rowItems(listings: readonly ModelListing[], used: Parameters<typeof modelGroups>[1]): RowItem[] {
  const groups = modelGroups(listings, used).flatMap(({ title, rows }): RowItem[] => [
    { label: title, kind: QuickPickItemKind.Separator },
    ...rows.map(({ listing, label, description, detail }) => ({
      ...{ listing, label, description, detail, model: listing.file ?? listing.id },
      isListed: listing.role === "chat",
    })),
  ]);
  return [
    ...groups,
    { label: "", kind: QuickPickItemKind.Separator },
    { label: `$(folder-opened) ${t("Pick a File…")}`, detail: t("A .gguf file anywhere on this machine"), picksFile: true },
  ];
}
