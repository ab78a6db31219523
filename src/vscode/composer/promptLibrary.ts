import { type Disposable, DisposableStore } from "../../common/disposable";
import type { Log } from "../../common/log";
import { type PromptFiles, readPromptFiles } from "../../chat/promptFiles";
import { WatchedTexts } from "../watchedTexts";
import { ownNames } from "./chatCommands";

/** The questions that the workspace's folders keep in `.hearth/prompts`. */
export class PromptLibrary implements Disposable {
  readonly #store = new DisposableStore();
  readonly #texts: WatchedTexts;
  readonly #log: Log;
  #files: PromptFiles | undefined;

  constructor(log: Log) {
    this.#log = log;
    this.#texts = this.#store.add(new WatchedTexts({ files: [], folders: [".hearth/prompts"] }, log));
    this.#store.add(this.#texts.onDidChange(() => (this.#files = undefined)));
  }

  /** As they are now. Those that cannot be used are named in the log, once for each change. */
  async files(): Promise<PromptFiles> {
    await this.#texts.loaded;
    return (this.#files ??= this.#read());
  }

  dispose(): void {
    this.#store.dispose();
  }

  #read(): PromptFiles {
    const sources = this.#texts.current;
    if (sources.length === 0) return { prompts: [], bad: [] };
    const files = readPromptFiles(sources, ownNames);
    for (const { path, problem } of files.bad) this.#log.write("warn", `${path} cannot be used: ${problem}`);
    return files;
  }
}
