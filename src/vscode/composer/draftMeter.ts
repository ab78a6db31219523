import { isAbortError } from "../../common/errors";
import type { ChatModel, ModelInfo, Prompt } from "../../engine/ports";
import { promptScope, measurePrompt } from "../../chat/promptScope";
import { limitTurns, startingWindow } from "../../chat/turnWindow";
import { branchOf } from "../../chat/conversation";
import type { ChatSettings, Conversation, Question } from "../../chat/types";
import { userMessage } from "../../chat/userMessage";
import type { ViewDraftSize } from "../../webview/protocol";

export interface DraftDeps {
  readonly model: ChatModel;
  readonly settings: () => ChatSettings;
}

interface Draft {
  readonly conversation: Conversation;
  readonly question: Question;
}

/** Counts the tokens of what would be sent. One at a time: an older count gives way to a newer one, and takes over what it finds. */
export class DraftMeter {
  readonly #deps: DraftDeps;
  #last: { readonly key: string; readonly size: Promise<ViewDraftSize | null>; readonly stop: AbortController } | undefined;

  constructor(deps: DraftDeps) {
    this.#deps = deps;
  }

  /** Null while no model is loaded, and where the engine refuses: counting neither loads nor fails. */
  async measure(draft: Draft): Promise<ViewDraftSize | null> {
    const { state } = this.#deps.model;
    if (state.kind !== "ready") return null;
    const settings = this.#deps.settings();
    const key = keyOf(draft, settings, state.info.hash);
    if (this.#last?.key !== key) {
      this.#last?.stop.abort();
      const stop = new AbortController();
      this.#last = { key, stop, size: this.#count(draft, state.info, settings, stop.signal) };
    }
    return this.#newest();
  }

  /** What the last call finds, also for those before it. */
  async #newest(): Promise<ViewDraftSize | null> {
    for (;;) {
      const waited = this.#last;
      const size = (await waited?.size) ?? null;
      if (waited === this.#last) return size;
    }
  }

  async #count({ conversation, question }: Draft, info: ModelInfo, settings: ChatSettings, signal: AbortSignal): Promise<ViewDraftSize | null> {
    const { model } = this.#deps;
    const { leaf } = conversation;
    const branch = branchOf(conversation);
    const window = limitTurns(startingWindow(conversation, { id: "", parent: leaf }), branch, settings.turnWindow);
    try {
      const scope = promptScope({ model, settings }, info, conversation, leaf, signal);
      const user = userMessage(question, window.summary);
      const draft: Prompt["turns"][number] = { id: `${conversation.id}/draft`, user, ...(leaf !== undefined && { continues: true }) };
      const { promptTokens, turnTokens, contextSize, estimated } = await measurePrompt(scope, window, draft);
      const tokens = turnTokens.at(-1) ?? 0;
      return { question: tokens, history: promptTokens - tokens, contextSize, ...(estimated === true && { estimated }) };
    } catch (error) {
      // A model that is changed or unloaded meanwhile counts nothing; the next draft is counted by the next one.
      if (isAbortError(error) || !isReady(model)) return null;
      throw error;
    }
  }
}

function isReady({ state }: ChatModel): boolean {
  return state.kind === "ready";
}

/** All that the count depends on. */
function keyOf({ conversation, question }: Draft, { systemPrompt, rules, turnWindow }: ChatSettings, model: string): string {
  const { id, leaf, turns, compacted } = conversation;
  const last = turns.find((turn) => turn.id === leaf);
  return JSON.stringify([id, leaf, last?.status.kind, last?.window, compacted?.leaf, model, systemPrompt, rules, turnWindow, question]);
}
