import { describeError, isAbortError } from "../common/errors";
import { type Disposable, DisposableStore } from "../common/disposable";
import { language, t } from "../common/l10n";
import type { Log } from "../common/log";
import type { ChatSession } from "../chat/session";
import type { ChatModel, EngineState, ResumeResult } from "../engine/ports";

export interface ResumeDeps {
  readonly engine: Pick<ChatModel, "state" | "onDidChangeState">;
  readonly session: () => Pick<ChatSession, "resume">;
  /** Whether the conversation is before a person's eyes and nothing runs in it. */
  readonly isWanted: () => boolean;
  readonly tell: (note: string) => void;
  readonly log: Log;
}

/**
 * Brings a conversation back into the model's memory before it is asked for: after a reload of the window, and when the
 * engine has loaded the same model again. It starts no engine, and a question goes before it.
 */
export class BackgroundResume implements Disposable {
  readonly #deps: ResumeDeps;
  readonly #store = new DisposableStore();
  #abort: AbortController | undefined;
  /** The conversation may be missing in the memory of the model. */
  #pending = true;
  #model: string | undefined;
  #ready = false;

  constructor(deps: ResumeDeps) {
    this.#deps = deps;
    this.#engineIs(deps.engine.state);
    this.#store.add(deps.engine.onDidChangeState((state) => this.#engineIs(state)));
  }

  /** To be called when the conversation comes on screen. */
  check(): void {
    if (!this.#pending || !this.#ready || !this.#deps.isWanted()) return;
    this.#pending = false;
    void this.#resume();
  }

  /** A question brings the conversation back itself. */
  overtake(): void {
    this.#pending = false;
    this.#abort?.abort();
    this.#deps.tell("");
  }

  dispose(): void {
    this.#store.dispose();
    this.#abort?.abort();
  }

  /** A model that was switched reads the conversation with the next question, and not for every one that is tried. */
  #engineIs(state: EngineState): void {
    const wasReady = this.#ready;
    this.#ready = state.kind === "ready";
    if (state.kind !== "ready" || wasReady) return;
    const isSwitched = this.#model !== undefined && this.#model !== state.info.hash;
    this.#pending = this.#model === undefined ? this.#pending : !isSwitched;
    this.#model = state.info.hash;
    this.check();
  }

  async #resume(): Promise<void> {
    const abort = new AbortController();
    this.#abort = abort;
    try {
      const result = await this.#deps.session().resume(abort.signal);
      if (result && !abort.signal.aborted) this.#deps.tell(resumeNote(result));
    } catch (error) {
      if (!isAbortError(error)) this.#deps.log.write("info", `The conversation was not resumed: ${describeError(error)}`);
    }
  }
}

/** "Resumed 1,812 tokens, 0 read again."; empty where all of them were there. */
export function resumeNote({ tokens, restoredTokens, evaluatedTokens }: ResumeResult): string {
  if (restoredTokens > 0) return t("Resumed {0} tokens, {1} read again.", figure(tokens - evaluatedTokens), figure(evaluatedTokens));
  return evaluatedTokens > 0 ? t("Read {0} tokens again in the background.", figure(evaluatedTokens)) : "";
}

function figure(value: number): string {
  return value.toLocaleString(language());
}
