import type { Memento } from "vscode";
import type { Disposable } from "../../common/disposable";
import type { Log } from "../../common/log";
import type { ChatSettings } from "../../chat/types";
import type { ChatModel } from "../../engine/ports";
import type { CodeIndex } from "../../rag/ports";
import { insertCode } from "../insertCode";
import { openRange } from "../openRange";
import type { RunningRequests } from "../runningRequests";
import { applyCode } from "./applyCode";
import type { CodeServices } from "./codeHandlers";
import { ModelEdits } from "./modelEdits";
import { newFile } from "./newFile";
import { previewRange } from "./previewRange";
import { Reviews } from "./reviews";
import { runInTerminal } from "./runInTerminal";
import { TextLinks } from "./textLinks";

export interface EditingDeps {
  readonly model: ChatModel;
  readonly index: Pick<CodeIndex, "symbols">;
  readonly settings: () => ChatSettings;
  readonly requests: RunningRequests;
  /** Remembers instructions of the workspace. */
  readonly memento: Pick<Memento, "get" | "update">;
  readonly log: Log;
}

/** What changes code in the editor, and what a chat can do with the code of its answers. */
export interface Editing extends Disposable {
  readonly reviews: Reviews;
  readonly edits: ModelEdits;
  readonly code: CodeServices;
  readonly memento: Pick<Memento, "get" | "update">;
  /** The model that is set, for messages. */
  readonly modelName: () => string;
}

export function createEditing({ model, index, settings, requests, memento, log }: EditingDeps): Editing {
  const reviews = new Reviews(log);
  const links = new TextLinks(index);
  const edits = new ModelEdits({ model, settings, reviews, requests });
  return {
    reviews,
    edits,
    memento,
    modelName: () => (model.state.kind === "ready" ? model.state.info.id : model.state.model),
    code: {
      openRange: (range) => openRange(range),
      insertCode,
      applyCode: (code, cited) => applyCode(reviews, code, { index, cited }),
      newFile,
      runInTerminal,
      resolveLinks: (texts) => links.resolve(texts),
      preview: previewRange,
    },
    dispose() {
      edits.stop();
      reviews.dispose();
    },
  };
}
