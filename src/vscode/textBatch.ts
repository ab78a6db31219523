/** Text is handed on in batches this far apart: often enough to look fluent, seldom enough to cost nothing. */
const batchMs = 40;

/** Collects pieces of text and hands them on together. */
export class TextBatch {
  #text = "";
  #timer: NodeJS.Timeout | undefined;

  constructor(readonly hand: (text: string) => void) {}

  add(text: string): void {
    this.#text += text;
    this.#timer ??= setTimeout(() => this.flush(), batchMs);
  }

  /** Hands on what waits, now. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const text = this.#text;
    this.#text = "";
    if (text !== "") this.hand(text);
  }
}
