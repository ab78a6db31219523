import type { RequestHandlers } from "../../common/rpc";
import type { Attachment } from "../../chat/types";
import type { ComposerRequests, ViewMention, ViewMentionKind } from "../../webview/protocol";
import type { ChatController } from "../chatController";
import { slashCommands, type TypedServices } from "../typedText";
import { textOf } from "../viewRequests";
import { conversationOf, draftOf, mentionOf, queryOf, urisOf } from "./composerRequests";
import { type DraftDeps, DraftMeter } from "./draftMeter";
import type { DraftStore } from "./draftStore";

/** What the composer needs of the editor beyond the chat. */
export interface ComposerServices extends TypedServices {
  readonly mentions: {
    rows(query: string, kind?: ViewMentionKind): Promise<readonly ViewMention[]>;
    resolve(kind: ViewMentionKind, id: string): Promise<readonly Attachment[]>;
  };
  /** Hands over what the files and folders are; rejects with why some of them are nothing to attach. */
  readonly attachDropped: (uris: readonly string[], attach: (attachments: readonly Attachment[]) => void) => Promise<void>;
  /** The place in an open document that a text was copied from. */
  readonly copiedCode: (text: string) => Attachment | undefined;
  readonly draft: DraftDeps;
  readonly drafts: Pick<DraftStore, "get" | "set">;
}

/** Serves what a person writes and attaches. */
export function composerHandlers(chat: () => Promise<ChatController>, services: ComposerServices): RequestHandlers<ComposerRequests> {
  const meter = new DraftMeter(services.draft);
  return {
    mentions(params) {
      const { query, kind } = queryOf(params);
      return services.mentions.rows(query, kind);
    },
    async addMention(params) {
      const { kind, id } = mentionOf(params);
      const attachments = await services.mentions.resolve(kind, id);
      (await chat()).attach(...attachments);
    },
    async dropFiles(params) {
      const uris = urisOf(params);
      const shown = await chat();
      await services.attachDropped(uris, (attachments) => shown.attach(...attachments));
    },
    async pasteCode(params) {
      const code = services.copiedCode(textOf(params));
      if (code) (await chat()).attach(code);
      return code !== undefined;
    },
    slashCommands: async () => slashCommands(await services.prompts()),
    async draftSize(params) {
      const { conversation, pending } = await chat();
      return meter.measure({ conversation, question: { text: textOf(params), attachments: pending } });
    },
    draft: (params) => services.drafts.get(conversationOf(params)) ?? null,
    async keepDraft(params) {
      const { conversation, text } = draftOf(params);
      await services.drafts.set(conversation, text);
    },
  };
}
