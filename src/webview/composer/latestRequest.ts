/** One request at a time, a while after the last wish for it. The reply to a wish that was overtaken is dropped. */
export class LatestRequest<T> {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #wish = 0;
  #waiting = false;

  /** Whether a reply is still to come. */
  get waiting(): boolean {
    return this.#waiting;
  }

  /** @param send must not reject */
  ask(delayMs: number, send: () => Promise<T>, take: (reply: T) => void): void {
    this.cancel();
    const wish = this.#wish;
    this.#waiting = true;
    this.#timer = setTimeout(() => {
      void send().then((reply) => {
        if (wish !== this.#wish) return;
        this.#waiting = false;
        take(reply);
      });
    }, delayMs);
  }

  cancel(): void {
    clearTimeout(this.#timer);
    this.#wish++;
    this.#waiting = false;
  }
}
