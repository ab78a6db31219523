import type { Memento } from "vscode";

const key = "hearth.tabs";

/**
 * The conversations of the open tabs, kept by ourselves: the editor saves a tab's state only now and then, so after a
 * crash, or a reload soon after the tab was opened, it brings the tab back without its state.
 */
export class TabMemory {
  readonly #open = new Set<string>();
  /** Of the last session, and not claimed yet. */
  readonly #left: Set<string>;
  readonly #claimed = new Set<string>();

  constructor(readonly memento: Pick<Memento, "get" | "update">) {
    const stored = memento.get<unknown>(key);
    this.#left = new Set(Array.isArray(stored) ? stored.filter((id) => typeof id === "string") : []);
  }

  /**
   * The conversation of a tab that comes back: the one it names, or the newest that no tab has claimed, since the tabs
   * without a state are those that were opened last. A tab whose conversation another one has been given takes the
   * newest too, so that none is lost.
   */
  claim(named: string | undefined): string | undefined {
    const isTaken = named === undefined || this.#claimed.has(named);
    const id = isTaken ? [...this.#left].at(-1) : named;
    if (id === undefined) return undefined;
    this.#left.delete(id);
    this.#claimed.add(id);
    return id;
  }

  async opened(id: string): Promise<void> {
    this.#open.add(id);
    await this.#keep();
  }

  async closed(id: string): Promise<void> {
    this.#open.delete(id);
    await this.#keep();
  }

  async #keep(): Promise<void> {
    await this.memento.update(key, [...this.#left, ...this.#open]);
  }
}
