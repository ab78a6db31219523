import { TabInputText, type Uri, window } from "vscode";
import { type Disposable, DisposableStore } from "../common/disposable";
import type { CodeIndex } from "../rag/ports";
import { Debounce } from "../rag/debounce";
import { RecentFiles } from "./recentFiles";
import { pathLabel } from "./workspacePaths";

/** Switching quickly through editors is told once. */
const quietMs = 300;

/** Tells the index which files are in front of the person or were of late: they come first in what it does in the background. */
export function followOpenFiles(index: Pick<CodeIndex, "setOpenFiles">): Disposable {
  const store = new DisposableStore();
  const recent = new RecentFiles();
  const tell = new Debounce(() => index.setOpenFiles(recent.paths), quietMs);
  const look = () => {
    if (recent.show(filesOnScreen())) tell.schedule();
  };
  // Tabs from before count, but for less than what is shown from now on.
  recent.show(openTabs());
  tell.schedule();
  look();
  store.add({ dispose: () => tell.cancel() });
  store.add(window.onDidChangeActiveTextEditor(look));
  store.add(window.onDidChangeVisibleTextEditors(look));
  return store;
}

/** The editor with the cursor, then those beside it. */
function filesOnScreen(): readonly string[] {
  const { activeTextEditor, visibleTextEditors } = window;
  const editors = [...(activeTextEditor ? [activeTextEditor] : []), ...visibleTextEditors];
  return labels(editors.map(({ document }) => document.uri));
}

function openTabs(): readonly string[] {
  const tabs = window.tabGroups.all.flatMap((group) => group.tabs);
  return labels(tabs.flatMap(({ input }) => (input instanceof TabInputText ? [input.uri] : [])));
}

function labels(uris: readonly Uri[]): readonly string[] {
  return uris.filter(({ scheme }) => scheme === "file").map(pathLabel);
}
