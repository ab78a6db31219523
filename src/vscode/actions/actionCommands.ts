import type { Log } from "../../common/log";
import type { ChatController } from "../chatController";
import type { CommandId } from "../commandIds";
import type { Editing } from "../edits/createEditing";
import { inlineEdit } from "../edits/inlineEdit";
import { withModelErrorsShown } from "../edits/showModelError";
import { askAboutCode } from "../explainSelection";
import { editCode } from "./editCode";

export interface ActionDeps {
  readonly editing: Editing;
  /** The sidebar's chat, brought to the front. */
  readonly chat: () => Promise<ChatController>;
  readonly log: Log;
}

type ActionCommand = Extract<
  CommandId,
  | "hearth.explainSelection"
  | "hearth.reviewCode"
  | "hearth.writeTests"
  | "hearth.fixCode"
  | "hearth.documentCode"
  | "hearth.refactorCode"
  | "hearth.inlineEdit"
  | "hearth.stopEdit"
  | "hearth.acceptChange"
  | "hearth.rejectChange"
  | "hearth.acceptAllChanges"
  | "hearth.rejectAllChanges"
>;

/** What the editor's menus, keys and the palette do with code: questions go to the chat, changes are shown as a diff. */
export function actionCommands({ editing, chat, log }: ActionDeps): Readonly<Record<ActionCommand, () => unknown>> {
  const { edits, reviews, memento, modelName } = editing;
  const changing = (act: () => Promise<void>) => () => withModelErrorsShown(log, modelName, act);
  return {
    "hearth.explainSelection": async () => askAboutCode(await chat(), "explain"),
    "hearth.reviewCode": async () => askAboutCode(await chat(), "review"),
    "hearth.writeTests": async () => askAboutCode(await chat(), "tests"),
    "hearth.fixCode": changing(() => editCode(edits, "fix")),
    "hearth.documentCode": changing(() => editCode(edits, "document")),
    "hearth.refactorCode": changing(() => editCode(edits, "refactor")),
    "hearth.inlineEdit": changing(() => inlineEdit(edits, memento)),
    "hearth.stopEdit": () => edits.stop(),
    "hearth.acceptChange": () => reviews.acceptChange(),
    "hearth.rejectChange": () => reviews.rejectChange(),
    "hearth.acceptAllChanges": () => reviews.acceptAll(),
    "hearth.rejectAllChanges": () => reviews.rejectAll(),
  };
}
