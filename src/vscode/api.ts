import type { Assistant } from "../assistant";
import type { ChatController } from "./chatController";
import type { Settings } from "./settings";

/** What the extension exports: for its tests in a real editor, and for other extensions to read. */
export interface HearthApi {
  /** The extension's own time in `activate`, ms of its thread. */
  readonly activationMs: number;
  readonly assistant: Assistant;
  readonly settings: Settings;
  /** The sidebar's chat. */
  sidebar(): Promise<ChatController>;
  /** Chats in editor tabs, oldest first. */
  readonly panels: readonly ChatController[];
}
