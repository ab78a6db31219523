import { HearthError, isAbortError } from "../../common/errors";
import { t } from "../../common/l10n";
import { writeCommitMessage } from "../../chat/writeCommitMessage";
import type { ChatSettings } from "../../chat/types";
import type { ChatModel } from "../../engine/ports";
import type { RunningRequests } from "../runningRequests";
import { commitChanges, recentSubjects } from "./commitChanges";
import type { Repository } from "./gitApi";

export interface CommitDeps {
  readonly model: ChatModel;
  readonly settings: () => ChatSettings;
  readonly requests: RunningRequests;
  /** Called when the first message begins to be written and when the last one has ended. */
  readonly running: (isRunning: boolean) => void;
  readonly tell: (message: string) => void;
}

/** Subjects of earlier commits that show the model how messages are written here. */
const exampleCount = 8;

/** Writes commit messages into the boxes of repositories, one at a time in each. */
export class CommitWriter {
  readonly #deps: CommitDeps;
  readonly #running = new Map<string, AbortController>();

  constructor(deps: CommitDeps) {
    this.#deps = deps;
  }

  /**
   * Resolves when the message stands in the box, or was stopped. What stood there before comes back where nothing has
   * come of it. Throws "bad-use" where there is nothing to commit.
   */
  async write(repository: Repository): Promise<void> {
    const key = repository.rootUri.toString();
    if (this.#running.has(key)) return;
    const abort = new AbortController();
    this.#running.set(key, abort);
    const request = this.#deps.requests.begin();
    this.#deps.running(true);
    try {
      await this.#fill(repository, abort.signal);
    } finally {
      request.dispose();
      this.#running.delete(key);
      if (this.#running.size === 0) this.#deps.running(false);
    }
  }

  /** Stops the message of one repository, or all of them. */
  stop(root?: string): void {
    for (const [key, abort] of this.#running) if (root === undefined || key === root) abort.abort();
  }

  async #fill(repository: Repository, signal: AbortSignal): Promise<void> {
    const { model, settings, tell } = this.#deps;
    const { files, staged } = await commitChanges(repository);
    if (files.length === 0) throw new HearthError("bad-use", t("There is nothing to commit."), { remedy: t("Change a file first.") });
    if (!staged) tell(t("Nothing is staged, so the message is about all changes."));
    const { inputBox } = repository;
    const before = inputBox.value;
    const parts = { files, recentSubjects: await recentSubjects(repository, exampleCount), draft: before };
    let text = "";
    try {
      for await (text of writeCommitMessage({ model, settings: settings() }, parts, signal)) if (text !== "") inputBox.value = text;
    } catch (error) {
      if (!isAbortError(error)) {
        inputBox.value = before;
        throw error;
      }
    }
    if (text === "" && !signal.aborted) throw new HearthError("internal", t("The model wrote no message."), { remedy: t("Try again, or select another model.") });
  }
}
