import { HearthError } from "../../common/errors";
import { t } from "../../common/l10n";
import { codeQuestion, type CodeQuestionKind } from "../../chat/codeQuestions";
import type { Attachment } from "../../chat/types";
import type { AskReply } from "../../webview/protocol";
import type { ChatController } from "../chatController";

export type CommandChat = Pick<ChatController, "ask" | "clear" | "compact" | "startNew" | "pending">;

/** Commands of the editor that the chat's commands hand on to. */
export type HandedCommand = "hearth.selectModel" | "hearth.writeCommitMessage" | "hearth.exportChat";

/** What the commands need of the editor. */
export interface CommandEditor {
  /** Selected code of the editor that the person was in last; undefined when nothing is selected. */
  readonly selection: () => Attachment | undefined;
  /** That editor's whole file; undefined when there is none. */
  readonly file: () => Attachment | undefined;
  readonly execute: (command: HandedCommand) => Promise<unknown>;
}

export interface ChatCommand {
  /** Without the slash. */
  readonly name: string;
  readonly description: () => string;
  /** What may follow; absent: nothing. */
  readonly argument?: () => string;
  readonly run: (chat: CommandChat, editor: CommandEditor, input: string) => Promise<AskReply | void>;
}

function aboutCode(name: CodeQuestionKind, description: () => string): ChatCommand {
  return {
    name,
    description,
    argument: () => t("[what to heed]"),
    run: (chat, editor, input) => chat.ask(codeQuestion(name, input), codeInQuestion(chat, editor)),
  };
}

function handedOn(name: string, description: () => string, command: HandedCommand): ChatCommand {
  return {
    name,
    description,
    async run(_, editor) {
      await editor.execute(command);
    },
  };
}

/** Hearth's own commands, in the order in which they are listed; /help stands apart, since it lists them. */
export const chatCommands: readonly ChatCommand[] = [
  aboutCode("explain", () => t("Explain the selected or attached code, or the file in front")),
  aboutCode("fix", () => t("Find and fix what is wrong with it")),
  aboutCode("tests", () => t("Write tests for it")),
  aboutCode("doc", () => t("Write documentation comments for it")),
  aboutCode("refactor", () => t("Make it easier to read without changing what it does")),
  aboutCode("review", () => t("List its faults and risks")),
  handedOn("commit", () => t("Write a message for the staged changes"), "hearth.writeCommitMessage"),
  { name: "clear", description: () => t("Forget this conversation"), run: (chat) => chat.clear() },
  { name: "compact", description: () => t("Fold older questions into a summary, to free the context"), run: (chat) => chat.compact() },
  { name: "new", description: () => t("Begin a new conversation; this one stays in the history"), run: (chat) => chat.startNew() },
  handedOn("model", () => t("Choose the model"), "hearth.selectModel"),
  handedOn("export", () => t("Save this conversation as a file"), "hearth.exportChat"),
];

export const helpName = "help";

/** Names that no prompt of a workspace can have. */
export const ownNames: ReadonlySet<string> = new Set([...chatCommands.map(({ name }) => name), helpName]);

/** What is selected goes first; without it what is attached already, which goes with every question; else the whole file. */
function codeInQuestion(chat: CommandChat, editor: CommandEditor): readonly Attachment[] {
  const selection = editor.selection();
  if (selection) return [selection];
  if (chat.pending.length > 0) return [];
  const file = editor.file();
  if (file) return [file];
  throw new HearthError("bad-use", t("There is no code for this question."), {
    remedy: t("Select code in an editor, open a file, or attach one with @."),
  });
}
