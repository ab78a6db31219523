import { HttpError } from "../httpErrors";

interface Use {
  readonly removal: AbortController;
  /** Settles with its end, whatever that is. */
  readonly ended: Promise<void>;
}

/** The conversations that answer a question, or wait for their turn to. Each does one thing at a time. */
export class ConversationsInUse {
  readonly #uses = new Map<string, Use>();

  has(id: string): boolean {
    return this.#uses.has(id);
  }

  /**
   * Runs `work` for a conversation, with a signal that fires when the conversation is removed, too. Throws an HttpError
   * with status 409 while it does something else, and with 410 when it was removed meanwhile.
   */
  async use<T>(id: string, signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    if (this.#uses.has(id)) throw new HttpError(409, "conversation_busy", `The conversation "${id}" is still answering.`);
    const removal = new AbortController();
    const running = this.#run(id, removal.signal, () => work(AbortSignal.any([signal, removal.signal])));
    const ended = running.then(
      () => undefined,
      () => undefined, // the caller has the error
    );
    this.#uses.set(id, { removal, ended });
    return running;
  }

  /** Stops what a conversation does, and runs `work` when that has ended and before anything else. */
  async remove(id: string, work: () => Promise<void>): Promise<void> {
    for (let use = this.#uses.get(id); use; use = this.#uses.get(id)) {
      use.removal.abort();
      await use.ended;
    }
    await this.use(id, new AbortController().signal, work);
  }

  async #run<T>(id: string, removed: AbortSignal, work: () => Promise<T>): Promise<T> {
    const gone = () => new HttpError(410, "conversation_deleted", `The conversation "${id}" was deleted before its answer was whole.`);
    try {
      const result = await work();
      if (removed.aborted) throw gone();
      return result;
    } catch (error) {
      throw removed.aborted ? gone() : error;
    } finally {
      this.#uses.delete(id);
    }
  }
}
