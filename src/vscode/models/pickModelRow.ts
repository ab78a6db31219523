import { QuickPickItemKind, window } from "vscode";
import { t } from "../../common/l10n";
import type { ModelListing } from "../../engine/ports";
import { showFits } from "../modelFits";
import type { ModelItem } from "../modelItems";
import { type OfferedServer, otherServerItem, serverItem } from "../servers/serverItems";
import type { ManageDeps } from "./manageModels";
import { modelGroups } from "./modelRows";

interface RowItem extends ModelItem {
  /** Absent on headings, and on rows that are no model of this machine. */
  readonly listing?: ModelListing;
  /** What a row without a model leads to. */
  readonly leadsTo?: OtherRow;
}

/** A file anywhere, the server that is set, or another one. */
type OtherRow = "file" | "otherServer" | OfferedServer;

/** The list is there at once; whether each model fits this machine follows. Undefined: the person left. */
export async function pickModelRow(deps: ManageDeps, last: ModelListing | undefined): Promise<ModelListing | OtherRow | undefined> {
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

function answerOf(picker: Picker): Promise<ModelListing | OtherRow | undefined> {
  return new Promise((resolve) => {
    picker.onDidAccept(() => {
      const [item] = picker.selectedItems;
      if (item) resolve(item.leadsTo ?? item.listing);
    });
    picker.onDidHide(() => resolve(undefined));
  });
}

/** Rejects where there is no list to show; else it never settles, so that the answer decides. */
async function fill(picker: Picker, { engine, list, server, used, log }: ManageDeps, last: ModelListing | undefined, closed: AbortSignal): Promise<never> {
  picker.items = rowItems(await list(), used(), server());
  picker.activeItems = picker.items.filter(({ listing }) => listing !== undefined && listing.id === last?.id);
  await showFits(picker, engine, log, closed);
  picker.busy = false;
  return new Promise<never>(() => undefined);
}

function rowItems(listings: readonly ModelListing[], used: Parameters<typeof modelGroups>[1], server: OfferedServer | undefined): RowItem[] {
  const groups = modelGroups(listings, used).flatMap(({ title, rows }): RowItem[] => [
    { label: title, kind: QuickPickItemKind.Separator },
    ...rows.map(({ listing, label, description, detail }) => ({
      ...{ listing, label, description, detail, model: listing.file ?? listing.id },
      isListed: listing.role === "chat",
    })),
  ]);
  return [
    ...(server ? [{ label: t("Server"), kind: QuickPickItemKind.Separator }, { ...serverItem(server), leadsTo: server }] : []),
    ...groups,
    { label: "", kind: QuickPickItemKind.Separator },
    { label: `$(folder-opened) ${t("Pick a File…")}`, detail: t("A .gguf file anywhere on this machine"), leadsTo: "file" },
    { ...otherServerItem(), leadsTo: "otherServer" },
  ];
}
