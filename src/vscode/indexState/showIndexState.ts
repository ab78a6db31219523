import { type QuickPickItem, QuickPickItemKind, window } from "vscode";
import { DisposableStore } from "../../common/disposable";
import { t } from "../../common/l10n";
import type { CodeIndex } from "../../rag/ports";
import { type IndexAction, type IndexFacts, type IndexRow, indexRows } from "./indexRows";

export interface IndexStateDeps {
  readonly index: Pick<CodeIndex, "onDidChangeStatus">;
  readonly facts: () => IndexFacts;
  /** Does what was chosen; a failure is told there. */
  readonly act: (action: IndexAction) => void;
}

interface IndexItem extends QuickPickItem {
  /** Absent: a fact or a heading. */
  readonly action?: IndexAction;
}

/** The list stays open for these: what they do shows in it. */
const staysOpen: ReadonlySet<IndexAction> = new Set<IndexAction>(["update", "pause", "resume"]);

/** Shows how the index is, kept up to date while it is on screen, and what can be done about it. */
export function showIndexState({ index, facts, act }: IndexStateDeps): void {
  const store = new DisposableStore();
  const picker = store.add(window.createQuickPick<IndexItem>());
  const show = () => {
    const marked = picker.items.findIndex((item) => item === picker.activeItems[0]);
    picker.items = indexRows(facts()).map(toItem);
    const next = picker.items[marked] ?? picker.items.find(({ action }) => action === "search");
    picker.activeItems = next ? [next] : [];
  };
  picker.title = t("Index Status");
  picker.placeholder = t("What to do about the index");
  picker.matchOnDescription = true;
  store.add(index.onDidChangeStatus(show));
  store.add(
    picker.onDidAccept(() => {
      const action = picker.selectedItems[0]?.action;
      if (action === undefined) return;
      if (!staysOpen.has(action)) picker.hide();
      act(action);
    }),
  );
  store.add(picker.onDidHide(() => store.dispose()));
  show();
  picker.show();
}

function toItem(row: IndexRow): IndexItem {
  return row.kind === "group" ? { label: row.label, kind: QuickPickItemKind.Separator } : { ...row, kind: QuickPickItemKind.Default };
}
