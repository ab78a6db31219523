import { rm } from "node:fs/promises";
import path from "node:path";
import type { SequencePort } from "../../../src/engine/runtime";
import type { RowContent, SavedState, SavedStates } from "../../../src/engine/states/savedStates";
import { covers, startsWith } from "../../../src/engine/states/tokenFront";

/** Saved states whose index is in memory and whose costs are a test's own. What was done is in `log`. */
export class FakeStates implements SavedStates {
  readonly log: string[] = [];
  /** Whether `gained` of `tokens` tokens are worth a state. */
  pays: (tokens: number, gained: number) => boolean = () => true;
  /** Ids of states that turn out to be damaged when they are loaded. */
  readonly damaged = new Set<string>();
  #states: readonly SavedState[] = [];
  #count = 0;

  constructor(readonly folder: string) {}

  all(): readonly SavedState[] {
    return this.#states;
  }

  reserve(): Promise<void> {
    return Promise.resolve();
  }

  async save(conversation: string, sequence: SequencePort, content: RowContent, onRowFree?: () => void): Promise<SavedState | undefined> {
    const siblings = this.#states.filter((state) => state.conversation === conversation);
    if (siblings.some((state) => covers(state, content))) return undefined;
    const id = `state ${++this.#count}`;
    this.log.push(`save ${conversation} ${content.tokens.length}`);
    const bytes = await sequence.saveState(this.#file(id));
    onRowFree?.();
    const state = { id, conversation, bytes, tokens: content.tokens, parts: content.parts };
    const extended = siblings.filter(({ tokens }) => startsWith(content.tokens, tokens));
    this.#states = [...this.#states.filter((other) => !extended.includes(other)), state];
    return state;
  }

  async load(state: SavedState, sequence: SequencePort): Promise<RowContent | undefined> {
    this.log.push(`load ${state.conversation} ${state.tokens.length}`);
    if (this.damaged.has(state.id)) {
      this.#states = this.#states.filter((other) => other !== state);
      return undefined;
    }
    await sequence.loadState(this.#file(state.id));
    return { tokens: state.tokens, parts: state.parts };
  }

  async forget(conversation: string): Promise<void> {
    this.log.push(`forget ${conversation}`);
    const gone = this.#states.filter((state) => state.conversation === conversation);
    this.#states = this.#states.filter((state) => state.conversation !== conversation);
    for (const { id } of gone) await rm(this.#file(id), { force: true });
  }

  evaluated(): void {
    return;
  }

  loadingPays(state: SavedState, tokens: number): boolean {
    return this.pays(state.tokens.length, tokens);
  }

  savingPays(tokens: number, gained = tokens): boolean {
    return this.pays(tokens, gained);
  }

  #file(id: string): string {
    return path.join(this.folder, `${id}.kv`);
  }
}
