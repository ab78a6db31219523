import type { Assistant } from "../assistant";
import type { Rules } from "../chat/types";
import type { ChatController } from "./chatController";
import type { Composer } from "./composer/createComposer";
import type { Reviews } from "./edits/reviews";
import type { Settings } from "./settings";

/** What the extension exports: for its tests in a real editor, and for other extensions to read. */
export interface HearthApi {
  /** The extension's own time in `activate`, ms of its thread. */
  readonly activationMs: number;
  readonly assistant: Assistant;
  readonly settings: Settings;
  /** What stands behind every chat's input. */
  readonly composer: Composer;
  /** The rules of the workspace as they stand in the system prompt. */
  rules(): readonly Rules[];
  /** The sidebar's chat. */
  sidebar(): Promise<ChatController>;
  /** Changes that are proposed for files. */
  readonly reviews: Reviews;
  /** Chats in editor tabs, oldest first. */
  readonly panels: readonly ChatController[];
}
