import type { Log } from "../../common/log";
import type { SequencePort } from "../runtime";
import { DiskBudget } from "./diskBudget";
import { removeLeftovers } from "./leftovers";
import type { RowContent, SavedState, SavedStates } from "./savedStates";
import { measuredCosts, type StateCosts } from "./stateCosts";
import { StateFolder } from "./stateFolder";
import type { StateIdentity } from "./stateIdentity";
import { StateIndex } from "./stateIndex";
import { loadVerified } from "./stateReader";
import { StateSaving, tokensWithin } from "./stateSaving";

export interface SavedStatesOptions {
  /** Made when the first state is saved. Several processes may share it. */
  readonly directory: string;
  /** Only states of this very identity are loaded; others stay until the budget takes them. */
  readonly identity: StateIdentity;
  /** Number of token ids that the model has. */
  readonly vocabularySize: number;
  /** Bytes that one token takes in the KV cache, and so on the disk. */
  readonly bytesPerToken: number;
  /** Most bytes of all states in the folder; 0: none are kept. Asked for anew at each save. */
  readonly budgetBytes: () => number;
  readonly log: Log;
  /** Measured by default. */
  readonly costs?: StateCosts;
  /** Bytes that are free on a folder's disk; asked of the system by default. */
  readonly freeBytes?: (folder: string) => Promise<number>;
}

/** Opens the states of a loaded model, and removes what a killed process left and what the budget no longer allows. */
export async function openSavedStates(options: SavedStatesOptions): Promise<SavedStates> {
  const folder = new StateFolder(options.directory, options.log);
  const budget = new DiskBudget({ folder, budgetBytes: options.budgetBytes, freeBytes: options.freeBytes });
  const index = new StateIndex({ folder, identity: options.identity, vocabularySize: options.vocabularySize });
  await removeLeftovers(folder);
  await budget.trim();
  await index.open();
  const newest = index.states().toSorted((a, b) => b.sidecar.createdAt - a.sidecar.createdAt)[0];
  tellBudget(options);
  const costs = options.costs ?? measuredCosts(newest?.sidecar.prefillTokensPerSecond);
  return new StatesOnDisk(options, { folder, index, costs, saving: new StateSaving({ ...options, folder, index, budget, costs }) });
}

/** Said once, for nothing is tried that the budget has no room for. */
function tellBudget({ budgetBytes, bytesPerToken, identity: { contextSize }, log }: SavedStatesOptions): void {
  const tokens = tokensWithin(budgetBytes(), bytesPerToken);
  if (tokens <= 0) log.write("info", "No conversation is saved: the budget for saved states is too small.");
  else if (tokens < contextSize) log.write("info", `Conversations of more than ${tokens} tokens are not saved: they exceed the budget for saved states.`);
}

interface StatesParts {
  readonly folder: StateFolder;
  readonly index: StateIndex;
  readonly costs: StateCosts;
  readonly saving: StateSaving;
}

class StatesOnDisk implements SavedStates {
  constructor(
    readonly options: SavedStatesOptions,
    readonly parts: StatesParts,
  ) {}

  all(): readonly SavedState[] {
    return this.parts.index.states();
  }

  save(conversation: string, sequence: SequencePort, content: RowContent, onRowFree?: () => void): Promise<SavedState | undefined> {
    return this.parts.saving.save(conversation, sequence, content, onRowFree);
  }

  async reserve({ id }: SavedState): Promise<void> {
    const { index } = this.parts;
    const state = index.get(id);
    if (state) await index.touch(state);
  }

  async load({ id }: SavedState, sequence: SequencePort): Promise<RowContent | undefined> {
    const { folder, index, costs } = this.parts;
    const state = index.get(id);
    if (!state) return undefined;
    const startedAt = performance.now();
    const outcome = await loadVerified(folder, id, state.sidecar, sequence);
    switch (outcome.kind) {
      case "loaded":
        costs.read(state.bytes, performance.now() - startedAt);
        await index.touch(state);
        return { tokens: state.tokens, parts: state.parts };
      case "gone":
        index.refuse(id);
        return undefined;
      case "damaged":
        await index.removeDamaged(id, outcome.reason);
        return undefined;
      case "refused":
        index.refuse(id);
        this.options.log.write("warn", `The saved state ${id} of a conversation cannot be used: ${outcome.reason}`);
        return undefined;
      default:
        return outcome satisfies never;
    }
  }

  async forget(conversation: string): Promise<void> {
    const { index, saving } = this.parts;
    await saving.stop(conversation);
    for (const id of index.ofConversation(conversation)) await index.remove(id);
  }

  evaluated(tokens: number, ms: number): void {
    this.parts.costs.evaluated(tokens, ms);
  }

  loadingPays(state: SavedState, tokens: number): boolean {
    const { costs } = this.parts;
    return costs.readingMs(state.bytes) < costs.evaluatingMs(tokens);
  }

  savingPays(tokens: number, gained?: number): boolean {
    return this.parts.saving.pays(tokens, gained);
  }
}
