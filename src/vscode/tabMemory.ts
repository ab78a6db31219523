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

  constructor(readonly memento: Pick<Memento, "get" | "update">) {
    const stored = memento.get<unknown>(key);
    this.#left = new Set(Array.isArray(stored) ? stored.filter((id) => typeof id === "string") : []);
  }

  /** The conversation of a tab that comes back: the one it names, or the oldest that no tab has claimed. */
  claim(named: string | undefined): string | undefined {
    const id = named ?? [...this.#left][0];
    if (id !== undefined) this.#left.delete(id);
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
