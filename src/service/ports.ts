import type { Log } from "../common/log";
import type { Sessions } from "../chat/sessions";
import type { ChatSettings } from "../chat/types";
import type { ChatModel, EmbeddingModel, EngineState } from "../engine/ports";
import type { CodeIndex } from "../rag/ports";
import type { Admission } from "./admission";
import type { AnswerMetrics } from "./metrics";

/** What the service works with. It disposes none of it. */
export interface ServiceDeps {
  readonly engine: ChatModel & EmbeddingModel;
  /** Every use of the model goes through it. */
  readonly admission: Admission;
  readonly metrics: AnswerMetrics;
  readonly index: CodeIndex | undefined;
  readonly sessions: Pick<Sessions, "createIn" | "open" | "close" | "read" | "list" | "remove">;
  /** The operator's settings; a request's own values go over them. */
  readonly settings: () => ChatSettings;
  /** Settles when the index was brought up to date, or could not be. */
  readonly indexReady: Promise<void>;
  readonly version: string;
  readonly log: Log;
  /** Ends running answers. */
  readonly stop: AbortSignal;
}

/** The name that clients see: the catalog id, or the file's name without its folder. */
export function servedModel(state: EngineState): string {
  return state.kind === "ready" ? state.info.id : (state.model.split(/[\\/]/).at(-1) ?? state.model);
}
