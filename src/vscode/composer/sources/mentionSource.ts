import type { Attachment } from "../../../chat/types";
import type { ViewMention, ViewMentionKind } from "../../../webview/protocol";

/** Something that can be put into a question: its row among the kinds, its own rows, and what they mean. */
export interface MentionSource {
  readonly kind: ViewMentionKind;
  /** The row that stands for all of it; undefined where there is none of it now. */
  head(): ViewMention | undefined;
  /** The rows of its list for what was typed, best first. A kind without a list has none. */
  rows(query: string, limit: number): Promise<readonly ViewMention[]>;
  /** Throws "bad-use" with the reason when there is nothing to attach. `id`: that of a row. */
  resolve(id: string): Promise<readonly Attachment[]>;
}

/** A kind without a list of its own. */
export const noRows = (): Promise<readonly ViewMention[]> => Promise.resolve([]);
