import path from "node:path";
import { commands, type Memento, type Uri, window, workspace } from "vscode";
import { type Disposable, DisposableStore } from "../../common/disposable";
import { t } from "../../common/l10n";
import type { Log } from "../../common/log";
import type { Attachment, ChatSettings } from "../../chat/types";
import type { ChatModel } from "../../engine/ports";
import type { CodeIndex } from "../../rag/ports";
import { viewMentionKinds } from "../../webview/protocol";
import type { ContextSwitch } from "../contextSwitch";
import { pathLabel } from "../workspacePaths";
import type { CommandEditor } from "./chatCommands";
import type { ComposerServices } from "./composerHandlers";
import { copiedCode, type OpenText } from "./copiedCode";
import { attachUris, droppedUri } from "./droppedUris";
import { DraftStore } from "./draftStore";
import { EditorInFront } from "./editorInFront";
import { FileList } from "./fileList";
import { Mentions } from "./mentions";
import { nothingThere } from "./nothingThere";
import { PromptLibrary } from "./promptLibrary";
import { codebaseSource } from "./sources/codebase";
import { fileSource } from "./sources/files";
import { folderSource } from "./sources/folders";
import { gitDiffSource } from "./sources/gitDiff";
import { notebookCells } from "./sources/notebookCells";
import { openEditors } from "./sources/openEditors";
import { problemSource } from "./sources/problems";
import { selectionSource } from "./sources/selection";
import { symbolSource } from "./sources/symbols";
import { terminalSource } from "./sources/terminal";

export interface ComposerDeps {
  readonly model: ChatModel;
  readonly index: Pick<CodeIndex, "map" | "symbols" | "status">;
  readonly settings: () => ChatSettings;
  readonly context: ContextSwitch;
  /** Keeps drafts. */
  readonly memento: Pick<Memento, "get" | "update">;
  readonly log: Log;
}

/** What stands behind every chat's input, with what commands need of it. */
export interface Composer extends ComposerServices, Disposable {
  readonly editor: CommandEditor & { readonly document: () => Uri | undefined };
  /** Whether code is searched for questions. */
  readonly search: Pick<ContextSwitch, "enabled" | "set">;
  readonly attachFiles: (uris: readonly Uri[], attach: (attachments: readonly Attachment[]) => void) => Promise<void>;
}

export function createComposer(deps: ComposerDeps): Composer {
  const store = new DisposableStore();
  const { index } = deps;
  const editor = store.add(new EditorInFront());
  const files = store.add(new FileList());
  const prompts = store.add(new PromptLibrary(deps.log));
  const mentions = new Mentions([
    fileSource(files),
    folderSource(files, index),
    symbolSource(index),
    selectionSource(editor.selection),
    openEditors,
    problemSource(() => editor.current?.document),
    terminalSource,
    gitDiffSource,
    codebaseSource({ index, search: deps.context }),
    notebookCells,
  ]);
  const attachFiles: Composer["attachFiles"] = (uris, attach) => attachUris(uris, { files, index }, attach);
  return {
    mentions,
    attachFiles,
    search: deps.context,
    attachDropped: (uris, attach) => attachFiles(uris.map(droppedUri), attach),
    copiedCode: (text) => copiedCode(text, openTexts()),
    drafts: new DraftStore(deps.memento),
    draft: { model: deps.model, settings: deps.settings },
    editor: {
      selection: editor.selection,
      file: editor.file,
      document: () => editor.current?.document.uri,
      execute: async (command) => commands.executeCommand(command),
    },
    prompts: () => prompts.files(),
    attachNamed: (name) => attachNamed(name, mentions, files),
    dispose: () => store.dispose(),
  };
}

/** A kind by its name, or else a file or folder by its path. A prompt comes with the workspace, so it can name nothing outside of it. */
async function attachNamed(name: string, mentions: Mentions, files: FileList): Promise<readonly Attachment[]> {
  const kind = viewMentionKinds.find((one) => one.toLowerCase() === name.toLowerCase());
  if (kind) return mentions.resolve(kind, "");
  if (path.isAbsolute(name) || name.split(/[\\/]/).includes("..")) {
    throw nothingThere(t("{0} lies outside of the workspace.", name), t("Name a file of the workspace in the prompt's attachments."));
  }
  const folder = name.replace(/\/$/, "");
  const isFolder = (await files.folders()).includes(folder);
  return isFolder ? mentions.resolve("folder", folder) : mentions.resolve("file", name);
}

/** Documents of this window, those on screen first: code is mostly copied from there. */
function* openTexts(): Iterable<OpenText> {
  const documents = new Set([...window.visibleTextEditors.map((editor) => editor.document), ...workspace.textDocuments]);
  for (const document of documents) {
    if (document.isClosed || document.uri.scheme === "output") continue;
    yield { path: pathLabel(document.uri), language: document.languageId, text: document.getText() };
  }
}
