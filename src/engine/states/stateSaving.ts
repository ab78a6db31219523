import { describeError, isAbortError } from "../../common/errors";
import type { Log } from "../../common/log";
import type { SequencePort } from "../runtime";
import type { DiskBudget } from "./diskBudget";
import { working } from "./leftovers";
import type { RowContent, SavedState } from "./savedStates";
import type { StateCosts } from "./stateCosts";
import type { StateFolder } from "./stateFolder";
import type { StateIdentity } from "./stateIdentity";
import type { OwnState, StateIndex } from "./stateIndex";
import { writeState } from "./stateWriter";
import { covers, startsWith } from "./tokenFront";

export interface SavingOptions {
  readonly folder: StateFolder;
  readonly index: StateIndex;
  readonly budget: DiskBudget;
  readonly costs: StateCosts;
  readonly identity: StateIdentity;
  readonly bytesPerToken: number;
  readonly log: Log;
}

/** What is to be written, and who waits for it. */
interface Job {
  readonly conversation: string;
  readonly sequence: SequencePort;
  readonly content: RowContent;
  readonly onRowFree: () => void;
  readonly signal: AbortSignal;
}

interface RunningSave {
  readonly conversation: string;
  readonly stop: AbortController;
  readonly done: Promise<unknown>;
}

/** States of one conversation that do not extend each other, its branches; the least recently used one leaves. */
const mostBranches = 4;
/** What a file has beside the KV: a header, and for each token its id and its position. */
const headerBytes = 4096;
const tokenBytes = 16;

/** Tokens of the longest conversation whose state takes no more than so many bytes. */
export function tokensWithin(bytes: number, bytesPerToken: number): number {
  return Math.max(0, Math.floor((bytes - headerBytes) / (bytesPerToken + tokenBytes)));
}

/** Writes states, one of a conversation at a time. */
export class StateSaving {
  readonly #options: SavingOptions;
  readonly #running = new Set<RunningSave>();

  constructor(options: SavingOptions) {
    this.#options = options;
  }

  async save(conversation: string, sequence: SequencePort, content: RowContent, onRowFree: () => void = () => undefined): Promise<SavedState | undefined> {
    const stop = new AbortController();
    const free = once(onRowFree);
    const earlier = this.#of(conversation).map(({ done }) => done);
    const done = Promise.allSettled(earlier).then(() => this.#attempt({ conversation, sequence, content, onRowFree: free, signal: stop.signal }));
    const running = { conversation, stop, done };
    this.#running.add(running);
    try {
      return await done;
    } finally {
      this.#running.delete(running);
      free();
    }
  }

  /** Ends a conversation's saves; nothing of them is left when it resolves. */
  async stop(conversation: string): Promise<void> {
    const running = this.#of(conversation);
    for (const { stop } of running) stop.abort();
    await Promise.allSettled(running.map(({ done }) => done));
  }

  pays(tokens: number, gained = tokens): boolean {
    return this.#options.budget.allows(this.#fileBytes(tokens)) && this.#isQuicker(tokens, gained);
  }

  #isQuicker(tokens: number, gained: number): boolean {
    const { costs, bytesPerToken } = this.#options;
    const bytes = tokens * bytesPerToken;
    return costs.writingMs(bytes) + costs.readingMs(bytes) < costs.evaluatingMs(gained);
  }

  #fileBytes(tokens: number): number {
    return headerBytes + tokens * (this.#options.bytesPerToken + tokenBytes);
  }

  async #attempt(job: Job): Promise<SavedState | undefined> {
    try {
      return await this.#save(job);
    } catch (error) {
      if (!isAbortError(error)) this.#options.log.write("warn", `The state of a conversation was not saved: ${describeError(error)}`);
      return undefined;
    }
  }

  async #save(job: Job): Promise<SavedState | undefined> {
    const { conversation, sequence, content } = job;
    const { length } = content.tokens;
    if (length === 0 || sequence.length !== length || !this.#isQuicker(length, length)) return undefined;
    job.signal.throwIfAborted();
    const siblings = this.#siblings(conversation);
    const covering = siblings.find((state) => covers(state, content));
    if (covering) {
      await this.#options.index.touch(covering);
      return undefined;
    }
    const extended = siblings.filter(({ tokens }) => startsWith(content.tokens, tokens)).map(({ id }) => id);
    const saved = await this.#writeWithinBudget(job, new Set(extended));
    if (saved) await this.#removeReplaced(saved, extended);
    return saved;
  }

  async #writeWithinBudget(job: Job, extended: ReadonlySet<string>): Promise<OwnState | undefined> {
    const { folder, budget, log } = this.#options;
    await folder.create();
    const room = await budget.makeRoom(this.#fileBytes(job.content.tokens.length), extended);
    if (room.kind === "refused") {
      log.write("info", `The state of a conversation is not saved: ${room.reason}.`);
      return undefined;
    }
    const id = folder.newId();
    try {
      return await working(id, () => this.#write(id, job));
    } finally {
      room.giveBack();
      await budget.trim();
    }
  }

  async #write(id: string, { conversation, sequence, content, onRowFree, signal }: Job): Promise<OwnState> {
    const { folder, index, costs, identity } = this.#options;
    const createdAt = Date.now();
    const startedAt = performance.now();
    const sidecar = await writeState({
      ...{ folder, id, sequence, onRowFree, signal },
      content: { ...content, identity, conversation, createdAt, prefillTokensPerSecond: 1000 / costs.evaluatingMs(1) },
    });
    costs.wrote(sidecar.bytes, performance.now() - startedAt);
    return index.add(id, sidecar, createdAt);
  }

  async #removeReplaced(saved: SavedState, extended: readonly string[]): Promise<void> {
    const { index } = this.#options;
    for (const id of extended) await index.remove(id);
    const branches = this.#siblings(saved.conversation).toSorted((a, b) => b.usedAt - a.usedAt);
    for (const { id } of branches.slice(mostBranches)) await index.remove(id);
  }

  #siblings(conversation: string): readonly OwnState[] {
    return this.#options.index.states().filter((state) => state.conversation === conversation);
  }

  #of(conversation: string): readonly RunningSave[] {
    return [...this.#running].filter((save) => save.conversation === conversation);
  }
}

function once(callback: () => void): () => void {
  let called = false;
  return () => {
    if (called) return;
    called = true;
    callback();
  };
}
