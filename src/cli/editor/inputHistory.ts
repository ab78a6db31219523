/** Goes back and forth among earlier inputs; what is being written waits at the end. */
export class InputHistory {
  readonly #entries: string[];
  /** Index of the entry that is shown; the number of entries: the draft is. */
  #at: number;
  #draft = "";

  readonly #onAdded: (text: string) => void;

  /**
   * @param entries oldest first
   * @param onAdded called with each new one
   */
  constructor(entries: readonly string[], onAdded: (text: string) => void = () => undefined) {
    this.#entries = [...entries];
    this.#onAdded = onAdded;
    this.#at = this.#entries.length;
  }

  /** What was entered last is not kept twice. */
  add(text: string): void {
    if (text.trim() !== "" && text !== this.#entries.at(-1)) {
      this.#entries.push(text);
      this.#onAdded(text);
    }
    this.#at = this.#entries.length;
  }

  /** The entry before or after the one that is shown; undefined at the ends. */
  move(direction: -1 | 1, shown: string): string | undefined {
    const target = this.#at + direction;
    if (target < 0 || target > this.#entries.length) return undefined;
    if (this.#at === this.#entries.length) this.#draft = shown;
    this.#at = target;
    return this.#entries[target] ?? this.#draft;
  }

  /** The latest entry that holds a text, `skipped` such entries passed over. */
  find(part: string, skipped: number): string | undefined {
    return part === "" ? undefined : [...new Set(this.#entries.toReversed())].filter((entry) => entry.includes(part))[skipped];
  }
}
