import type { Memento } from "vscode";
import { Emitter } from "../common/emitter";

const key = "hearth.useContext";

/** Whether code from the index is added to questions: one switch for all views, kept with the workspace. */
export class ContextSwitch {
  readonly #changed = new Emitter<boolean>();
  readonly onDidChange = this.#changed.subscribe;

  constructor(readonly memento: Pick<Memento, "get" | "update">) {}

  get enabled(): boolean {
    return this.memento.get<unknown>(key) !== false;
  }

  async set(enabled: boolean): Promise<void> {
    await this.memento.update(key, enabled);
    this.#changed.fire(enabled);
  }
}
