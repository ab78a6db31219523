import { readdirSync, readFileSync, statSync } from "node:fs";
import { utimes } from "node:fs/promises";
import { setImmediate } from "node:timers/promises";
import { describeError, systemCode } from "../../common/errors";
import type { SavedState } from "./savedStates";
import { readSidecar, type Sidecar } from "./sidecar";
import { sameIdentity, type StateIdentity } from "./stateIdentity";
import { parseName, type StateFile, type StateFolder } from "./stateFolder";

export interface IndexOptions {
  readonly folder: StateFolder;
  readonly identity: StateIdentity;
  /** Token ids at or above it are not the model's. */
  readonly vocabularySize: number;
}

/** A state of the loaded model. */
export interface OwnState extends SavedState {
  readonly sidecar: Sidecar;
  /** Milliseconds since 1970. */
  usedAt: number;
}

/** A change within the clock's grain of the last look may not show in the folder's time. */
const clockGrainMs = 2000;

/**
 * What the folder's sidecars say, in memory. Another process may add and remove states, so each look compares the
 * folder's modification time and reads what is new; that is synchronous, for it is seldom more than one small file.
 */
export class StateIndex {
  readonly #options: IndexOptions;
  readonly #own = new Map<string, OwnState>();
  /** Conversations of the states of other models, by id. */
  readonly #foreign = new Map<string, string>();
  /** Not to be read again. */
  readonly #refused = new Set<string>();
  /** Of damaged pairs that a synchronous look came across. */
  #removals: Promise<unknown> = Promise.resolve();
  #seen: bigint | undefined;
  #settled = false;

  constructor(options: IndexOptions) {
    this.#options = options;
  }

  /** Reads the folder for the first time, letting others run between two files. */
  async open(): Promise<void> {
    for (const id of this.#lookForNew()) {
      this.#read(id);
      await setImmediate();
    }
    await this.#removals;
    if (this.#foreign.size === 0) return;
    const { log } = this.#options.folder;
    log.write("info", `${this.#foreign.size} saved states are of another model, context or library version; they stay until the room is needed.`);
  }

  /** The states of the loaded model that are there now. */
  states(): readonly OwnState[] {
    for (const id of this.#lookForNew()) this.#read(id);
    return [...this.#own.values()];
  }

  get(id: string): OwnState | undefined {
    return this.#own.get(id);
  }

  /** Ids of all states of a conversation, those of other models among them. */
  ofConversation(conversation: string): readonly string[] {
    const own = this.states().filter((state) => state.conversation === conversation);
    const foreign = [...this.#foreign].filter(([, of]) => of === conversation);
    return [...own.map(({ id }) => id), ...foreign.map(([id]) => id)];
  }

  add(id: string, sidecar: Sidecar, usedAt: number): OwnState {
    const { tokens, parts, conversation, bytes } = sidecar;
    const state: OwnState = { id, tokens, parts, conversation, bytes, sidecar, usedAt };
    this.#own.set(id, state);
    return state;
  }

  /** Notes that a state was used just now; other processes see it in the sidecar's modification time. */
  async touch(state: OwnState): Promise<void> {
    const now = new Date();
    state.usedAt = now.getTime();
    try {
      await utimes(this.#options.folder.file(state.id, "json"), now, now);
    } catch (error) {
      this.#options.folder.log.write("debug", `The time of a KV state's use cannot be noted: ${describeError(error)}`);
    }
  }

  /** Removes a state that its reader found damaged. */
  async removeDamaged(id: string, reason: string): Promise<void> {
    this.#options.folder.log.write("warn", `The KV state ${id} is damaged and was removed: ${reason}.`);
    await this.remove(id);
  }

  async remove(id: string): Promise<void> {
    this.refuse(id);
    await this.#options.folder.removePair(id);
  }

  /** Forgets a state and does not read it again, should its files stay. */
  refuse(id: string): void {
    this.#own.delete(id);
    this.#foreign.delete(id);
    this.#refused.add(id);
  }

  /** Ids of whole pairs that are not known yet; those that are gone are forgotten. */
  #lookForNew(): readonly string[] {
    if (!this.#changed()) return [];
    const pairs = wholePairs(this.#names());
    for (const map of [this.#own, this.#foreign]) for (const id of map.keys()) if (!pairs.has(id)) map.delete(id);
    for (const id of this.#refused) if (!pairs.has(id)) this.#refused.delete(id);
    return [...pairs].filter((id) => !this.#own.has(id) && !this.#foreign.has(id) && !this.#refused.has(id));
  }

  #changed(): boolean {
    const modified = this.#modifiedAt();
    const unchanged = this.#settled && modified === this.#seen;
    this.#seen = modified;
    this.#settled = modified === undefined || Date.now() - Number(modified / 1_000_000n) > clockGrainMs;
    return !unchanged;
  }

  /** Nanoseconds since 1970; undefined when there is no folder. */
  #modifiedAt(): bigint | undefined {
    try {
      return statSync(this.#options.folder.path, { bigint: true }).mtimeNs;
    } catch (error) {
      this.#cannotList(error);
      return undefined;
    }
  }

  #names(): readonly string[] {
    try {
      return readdirSync(this.#options.folder.path);
    } catch (error) {
      this.#cannotList(error);
      return [];
    }
  }

  #cannotList(error: unknown): void {
    if (systemCode(error) !== "ENOENT") this.#options.folder.log.write("debug", `The KV states cannot be listed: ${describeError(error)}`);
  }

  #read(id: string): void {
    const file = this.#options.folder.file(id, "json");
    try {
      this.#classify(id, readFileSync(file, "utf8"), statSync(file).mtimeMs);
    } catch (error) {
      if (systemCode(error) === "ENOENT") return;
      this.#refused.add(id);
      this.#options.folder.log.write("warn", `The KV state ${id} cannot be read: ${describeError(error)}`);
    }
  }

  #classify(id: string, text: string, usedAt: number): void {
    const reading = readSidecar(text);
    switch (reading.kind) {
      case "foreign":
        this.#foreign.set(id, "");
        break;
      case "damaged":
        this.#damaged(id, `its sidecar is damaged (${reading.reason})`);
        break;
      case "sound":
        this.#place(id, reading.sidecar, usedAt);
        break;
      default:
        reading satisfies never;
    }
  }

  #place(id: string, sidecar: Sidecar, usedAt: number): void {
    const { identity, vocabularySize } = this.#options;
    if (!sameIdentity(sidecar.identity, identity)) this.#foreign.set(id, sidecar.conversation);
    else if (sidecar.tokens.some((token) => token >= vocabularySize)) this.#damaged(id, "it has tokens that the model does not know");
    else this.add(id, sidecar, usedAt);
  }

  #damaged(id: string, reason: string): void {
    this.#removals = Promise.all([this.#removals, this.removeDamaged(id, reason)]);
  }
}

function wholePairs(names: readonly string[]): ReadonlySet<string> {
  const files = names.map(parseName);
  const states = new Set(files.filter(isOf("kv")).map(({ id }) => id));
  return new Set(files.filter(isOf("json")).map(({ id }) => id).filter((id) => states.has(id)));
}

function isOf(kind: StateFile["kind"]) {
  return (file: StateFile | undefined): file is StateFile => file?.kind === kind;
}
