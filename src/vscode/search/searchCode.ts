import { type QuickInputButton, type QuickPickItem, QuickPickItemKind, ThemeIcon, window } from "vscode";
import { DisposableStore } from "../../common/disposable";
import { describeError } from "../../common/errors";
import { t } from "../../common/l10n";
import type { Log } from "../../common/log";
import type { Attachment } from "../../chat/types";
import type { CodeIndex, CodeRange } from "../../rag/ports";
import { documentOf, openRange, rangeIn } from "../openRange";
import { rangeText } from "../rangeText";
import { withErrorsShown } from "../showError";
import { CodeSearch, type SearchIndex } from "./codeSearch";
import { currentPlace } from "./editorPlace";
import { LatestRun } from "./latestRun";
import { type SearchRow, searchRows, searchTitle } from "./searchRows";

export interface SearchDeps {
  readonly index: SearchIndex & Pick<CodeIndex, "status" | "onDidChangeStatus">;
  /** Attaches code to the next question of the chat in front. */
  readonly attach: (attachment: Attachment) => Promise<void>;
  readonly log: Log;
}

interface CodeItem extends QuickPickItem {
  /** Absent: a heading or a note. */
  readonly range?: CodeRange;
}

function attachButton(): QuickInputButton {
  return { iconPath: new ThemeIcon("attach"), tooltip: t("Attach to Chat") };
}

/** Searches the index as one types. The marked row is shown in an editor; leaving the list without a choice goes back to where one was. */
export function searchCode(deps: SearchDeps): void {
  new SearchPicker(deps).open();
}

class SearchPicker {
  readonly #deps: SearchDeps;
  readonly #store = new DisposableStore();
  readonly #picker = this.#store.add(window.createQuickPick<CodeItem>());
  readonly #search: CodeSearch;
  readonly #place = currentPlace();
  readonly #previews = new LatestRun();
  #chosen: CodeRange | undefined;
  #moved = false;

  constructor(deps: SearchDeps) {
    this.#deps = deps;
    this.#search = this.#store.add(new CodeSearch(deps.index));
  }

  open(): void {
    const picker = this.#picker;
    picker.placeholder = t("A name, or what the code does");
    keepOrder(picker);
    this.#store.add(this.#search.onDidChange(() => this.#show()));
    this.#store.add(this.#deps.index.onDidChangeStatus(() => this.#showTitle()));
    this.#store.add(picker.onDidChangeValue((value) => this.#search.search(value)));
    this.#store.add(picker.onDidChangeActive(([item]) => this.#preview(item?.range)));
    this.#store.add(picker.onDidTriggerItemButton(({ item }) => this.#do(() => this.#attach(item.range))));
    this.#store.add(picker.onDidAccept(() => this.#choose(picker.selectedItems[0]?.range)));
    this.#store.add(picker.onDidHide(() => this.#close()));
    this.#show();
    picker.show();
  }

  #show(): void {
    const { state } = this.#search;
    this.#picker.busy = state.kind === "searching";
    this.#picker.items = searchRows(state, this.#deps.index.status).map(toItem);
    this.#showTitle();
  }

  #showTitle(): void {
    this.#picker.title = searchTitle(this.#deps.index.status);
  }

  /** A file that cannot be shown, such as one that has just gone, is no reason to stop the search. */
  #preview(range: CodeRange | undefined): void {
    if (!range) return;
    this.#moved = true;
    this.#previews.run(() => openRange(range, { preserveFocus: true })).catch((error: unknown) => {
      this.#deps.log.write("info", `${rangeText(range)} is not shown: ${describeError(error)}`);
    });
  }

  async #attach(range: CodeRange | undefined): Promise<void> {
    if (!range) return;
    const document = await documentOf(range);
    await this.#deps.attach({ ...range, language: document.languageId, text: document.getText(rangeIn(document, range)) });
    this.#picker.title = t("Attached to the chat: {0}", rangeText(range));
  }

  #choose(range: CodeRange | undefined): void {
    if (!range) return;
    this.#chosen = range;
    this.#picker.hide();
  }

  #close(): void {
    const chosen = this.#chosen;
    this.#store.dispose();
    if (chosen) this.#do(() => this.#previews.run(() => openRange(chosen)));
    else if (this.#moved) this.#do(() => this.#previews.run(() => this.#place.restore()));
  }

  #do(act: () => Promise<void>): void {
    void withErrorsShown(this.#deps.log, act);
  }
}

/**
 * The best row stays the first one, below its heading. The property is not in the editor's published types; an editor
 * that does not know it puts rows first whose label has what was typed, and shows no headings.
 */
function keepOrder(picker: object): void {
  Object.assign(picker, { sortByLabel: false });
}

/** What was found is shown whether or not it has the letters that were typed. */
function toItem(row: SearchRow): CodeItem {
  switch (row.kind) {
    case "group":
      return { label: row.label, kind: QuickPickItemKind.Separator };
    case "note":
      return { label: row.label, detail: row.detail, alwaysShow: true };
    case "code":
      return { ...row, alwaysShow: true, buttons: [attachButton()], kind: QuickPickItemKind.Default };
    default:
      return row satisfies never;
  }
}
