import { type TextEditor, window } from "vscode";
import { type Disposable, DisposableStore } from "../../common/disposable";
import { codeAttachment } from "../../chat/attachmentText";
import type { Attachment } from "../../chat/types";
import { pathLabel } from "../workspacePaths";

/** Panels of the editor itself are documents, too. */
const foreignSchemes: ReadonlySet<string> = new Set(["output", "debug", "search-editor", "comment", "vscode-terminal"]);

/** The editor that the person was in last: a chat that is open in a tab takes the focus from it. */
export class EditorInFront implements Disposable {
  readonly #store = new DisposableStore();
  #last: TextEditor | undefined;

  constructor() {
    this.#note(window.activeTextEditor);
    this.#store.add(window.onDidChangeActiveTextEditor((editor) => this.#note(editor)));
  }

  get current(): TextEditor | undefined {
    const last = this.#last?.document.isClosed === false ? this.#last : undefined;
    return [window.activeTextEditor, last, ...window.visibleTextEditors].find((editor) => editor && isOwn(editor));
  }

  /** What is selected there; undefined when nothing is. */
  readonly selection = (): Attachment | undefined => {
    const editor = this.current;
    return editor && selectedCode(editor);
  };

  /** All that stands there. */
  readonly file = (): Attachment | undefined => {
    const document = this.current?.document;
    if (!document || document.getText().trim() === "") return undefined;
    const text = document.getText().replaceAll("\r\n", "\n");
    return codeAttachment({ path: pathLabel(document.uri), language: document.languageId, startLine: 1, text });
  };

  dispose(): void {
    this.#store.dispose();
  }

  #note(editor: TextEditor | undefined): void {
    if (editor && isOwn(editor)) this.#last = editor;
  }
}

function isOwn({ document }: TextEditor): boolean {
  return !foreignSchemes.has(document.uri.scheme);
}

/** A selection that ends at the start of a line does not take that line. */
function selectedCode({ document, selection }: TextEditor): Attachment | undefined {
  if (selection.isEmpty) return undefined;
  const text = document.getText(selection).replaceAll("\r\n", "\n");
  const whole = selection.end.character === 0 && text.endsWith("\n") ? text.slice(0, -1) : text;
  return codeAttachment({ path: pathLabel(document.uri), language: document.languageId, startLine: selection.start.line + 1, text: whole, source: "selection" });
}
