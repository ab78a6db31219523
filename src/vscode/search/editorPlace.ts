import { type Tab, TabInputNotebook, TabInputText, type TextEditor, type Uri, ViewColumn, window } from "vscode";

/** Where a person was before something else was shown. */
export interface EditorPlace {
  /** Goes back there and closes what was opened since by a preview. */
  restore(): Promise<void>;
}

/** Notes the editor in front with its selection and what of it is in sight. */
export function currentPlace(): EditorPlace {
  const before = new Set(editorTabs().map(({ uri }) => uri));
  const own = window.activeTextEditor?.document.uri.toString();
  const goBack = returnTo(window.activeTextEditor);
  return {
    async restore() {
      const added = editorTabs().filter(({ tab, uri }) => tab.isPreview && !before.has(uri) && uri !== own);
      await goBack();
      await window.tabGroups.close(
        added.map(({ tab }) => tab),
        true,
      );
    },
  };
}

/** An editor's selection changes with what is shown in it, so it is noted now. A tab that was itself a preview has given way and is opened again. */
function returnTo(editor: TextEditor | undefined): () => Promise<void> {
  if (!editor) return () => Promise.resolve();
  const { document, selection, visibleRanges, viewColumn = ViewColumn.Active } = editor;
  const preview = window.tabGroups.activeTabGroup.activeTab?.isPreview ?? false;
  const [inSight] = visibleRanges;
  return async () => {
    // The editor itself gives the focus back to where it was, which may have been the chat.
    const shown = await window.showTextDocument(document, { viewColumn, selection, preview, preserveFocus: true });
    if (inSight) shown.revealRange(inSight);
  };
}

function editorTabs(): readonly { readonly tab: Tab; readonly uri: string }[] {
  return window.tabGroups.all.flatMap(({ tabs }) => tabs.flatMap((tab) => (tab.input instanceof TabInputText || tab.input instanceof TabInputNotebook ? [{ tab, uri: textOf(tab.input.uri) }] : [])));
}

function textOf(uri: Uri): string {
  return uri.toString();
}
