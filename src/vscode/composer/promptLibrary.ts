import { createRequire } from "node:module";
import { type Disposable, DisposableStore } from "../../common/disposable";
import type { Log } from "../../common/log";
import type { FrontMatter } from "../../chat/frontMatter";
import { type PromptFiles, readPromptFiles } from "../../chat/promptFiles";
import { WatchedTexts } from "../watchedTexts";
import { ownNames } from "./chatCommands";

/** The questions that the workspace's folders keep in `.hearth/prompts`. */
export class PromptLibrary implements Disposable {
  readonly #store = new DisposableStore();
  readonly #texts: WatchedTexts;
  readonly #program: string;
  readonly #log: Log;
  #files: PromptFiles | undefined;

  /** @param program the bundle that reads front matter, absolute; it is loaded when there is the first file */
  constructor(program: string, log: Log) {
    this.#program = program;
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
    const files = readPromptFiles(sources, ownNames, frontMatterParser(this.#program));
    for (const { path, problem } of files.bad) this.#log.write("warn", `${path} cannot be used: ${problem}`);
    return files;
  }
}

function frontMatterParser(program: string): (text: string) => FrontMatter {
  return (createRequire(program)(program) as { readonly parseFrontMatter: (text: string) => FrontMatter }).parseFrontMatter;
}
