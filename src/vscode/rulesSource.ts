import { type Disposable, DisposableStore } from "../common/disposable";
import type { Log } from "../common/log";
import { rulePlaces, rulesOf } from "../chat/folderTexts";
import type { Rules } from "../chat/types";
import { WatchedTexts } from "./watchedTexts";

/** The rules that the workspace's folders hold: `AGENTS.md`, and all of `.hearth/rules`. */
export class RulesSource implements Disposable {
  readonly #store = new DisposableStore();
  readonly #texts: WatchedTexts;

  constructor(log: Log) {
    this.#texts = this.#store.add(new WatchedTexts(rulePlaces, log));
    this.#store.add(this.#texts.onDidChange(() => log.write("info", `rules: ${this.current.map(({ path }) => path).join(", ") || "none"}`)));
  }

  readonly onDidChange: WatchedTexts["onDidChange"] = (listener) => this.#texts.onDidChange(listener);

  /** As they were read last. Empty files are none. */
  get current(): readonly Rules[] {
    return rulesOf(this.#texts.current);
  }

  /** Resolves once they have been read. */
  get loaded(): Promise<void> {
    return this.#texts.loaded;
  }

  dispose(): void {
    this.#store.dispose();
  }
}
