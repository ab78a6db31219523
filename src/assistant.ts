import { describeError } from "./common/errors";
import type { Log } from "./common/log";
import type { Engine } from "./engine/ports";
import type { CodeIndex } from "./rag/ports";
import { Sessions } from "./chat/sessions";
import type { ConversationStore } from "./chat/store";
import type { ChatSettings } from "./chat/types";

export interface AssistantDeps {
  readonly engine: Engine;
  /** Absent where there is no workspace to search. */
  readonly index?: CodeIndex;
  readonly store: ConversationStore;
  /** Read at each question, so that a changed setting counts from the next one on. */
  readonly settings: () => ChatSettings;
  readonly log: Log;
}

/** The core that the extension, the terminal chat and the service share. */
export interface Assistant {
  readonly engine: Engine;
  readonly index: CodeIndex | undefined;
  readonly sessions: Sessions;
  dispose(): Promise<void>;
}

/** Pure wiring: everything it joins arrives in `deps`, and is disposed with it. */
export function createAssistant(deps: AssistantDeps): Assistant {
  const sessions = new Sessions({ model: deps.engine, retriever: deps.index, store: deps.store, settings: deps.settings, log: deps.log });
  return {
    engine: deps.engine,
    index: deps.index,
    sessions,
    async dispose() {
      // One that fails to end must not keep the others' processes alive.
      sessions.dispose();
      const ended = await Promise.allSettled([deps.index?.dispose()]);
      ended.push(...(await Promise.allSettled([deps.engine.dispose()])));
      for (const result of ended) if (result.status === "rejected") deps.log.write("warn", `Closing: ${describeError(result.reason)}`);
    },
  };
}
