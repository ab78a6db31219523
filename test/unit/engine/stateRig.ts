import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import type { Log, LogLevel } from "../../../src/common/log";
import { NativeLlama } from "../../../src/engine/llama";
import type { ChatRuntime, SequencePort } from "../../../src/engine/runtime";
import { openSavedStates, type SavedStatesOptions } from "../../../src/engine/states/openSavedStates";
import type { RowContent, SavedState, SavedStates } from "../../../src/engine/states/savedStates";
import { measuredCosts, type StateCosts } from "../../../src/engine/states/stateCosts";
import type { StateIdentity } from "../../../src/engine/states/stateIdentity";
import { commonFront } from "../../../src/engine/states/tokenFront";
import { testModel, type TestModelOptions } from "../../fixtures/models";
import { Random } from "../../fixtures/random";

/** Saving and loading always pay, so that what a test sees does not hang on how busy the machine is. */
export const freeCosts: StateCosts = { ...measuredCosts(), writingMs: () => 0, readingMs: () => 0, evaluatingMs: (tokens) => tokens };

export const testIdentity: StateIdentity = {
  ...{ modelHash: "m", libraryVersion: "3", sequences: 1, contextSize: 512 },
  ...{ kvCacheType: "f16", flashAttention: false, device: "cpu", gpuLayers: 0 },
};

export function openTest(directory: string, options: Partial<SavedStatesOptions> = {}): Promise<SavedStates> {
  return openSavedStates({
    ...{ directory, identity: testIdentity, vocabularySize: 32_064, bytesPerToken: 1024, budgetBytes: () => 1e9 },
    ...{ log: strictLog, costs: freeCosts, freeBytes: () => Promise.resolve(1e12), ...options },
  });
}

/** Nothing is to go wrong. */
export const strictLog: Log = {
  write(level, message) {
    if (level === "warn" || level === "error") throw new Error(`logged: ${message}`);
  },
};

/** Remembers what was logged. */
export class ListLog implements Log {
  readonly lines: { level: LogLevel; message: string }[] = [];

  write(level: LogLevel, message: string): void {
    this.lines.push({ level, message });
  }

  warnings(): readonly string[] {
    return this.lines.filter(({ level }) => level === "warn").map(({ message }) => message);
  }
}

/** Tokens of ordinary words, drawn by a seed, as one part for each eight of them. */
export function testContent(seed: number, length: number): RowContent {
  const random = new Random(seed);
  const tokens = Array.from({ length }, () => 1000 + random.below(20_000));
  return { tokens, parts: Array.from({ length: Math.floor(length / 8) }, (_, at) => ({ key: `part ${at}`, length: 8 })) };
}

export async function fillRow(sequence: SequencePort, tokens: readonly number[]): Promise<void> {
  if (sequence.length > 0) await sequence.eraseTail(0);
  await sequence.prefill(tokens);
}

const greedyOptions = { temperature: 0, topK: 0, topP: 1, minP: 0, seed: 1 };
/** Evaluated behind a row's tokens to see how it goes on. */
const probe = 1234;

/** The greedy tokens behind what a row holds; leaves the row as it was. */
export async function continuation(sequence: SequencePort, length = 6): Promise<readonly number[]> {
  const before = sequence.length;
  const drawn: number[] = [];
  for await (const token of sequence.decode([probe], greedyOptions)) {
    drawn.push(token);
    if (drawn.length === length) break;
  }
  await sequence.eraseTail(before);
  return drawn;
}

/** Saves a state of real tokens and says how it goes on. */
export async function savedRow(states: SavedStates, sequence: SequencePort, content: RowContent, conversation = "a"): Promise<{ state: SavedState; next: readonly number[] }> {
  await fillRow(sequence, content.tokens);
  const next = await continuation(sequence);
  const state = await states.save(conversation, sequence, content);
  assert.ok(state);
  return { state, next };
}

/** The state that shares the longest front with a prompt, and the length of that front. */
export function bestState(states: SavedStates, prompt: readonly number[]): { readonly state: SavedState; readonly common: number } | undefined {
  const found = states.all().map((state) => ({ state, common: commonFront(state.tokens, prompt) })).toSorted((a, b) => b.common - a.common)[0];
  return found && found.common > 0 ? found : undefined;
}

/** Does what the engine does: the best state where it can be loaded, evaluating otherwise. Whether it was loaded. */
export async function restore(states: SavedStates, sequence: SequencePort, tokens: readonly number[]): Promise<boolean> {
  const found = bestState(states, tokens);
  const loaded = found && (await states.load(found.state, sequence));
  if (!loaded) await fillRow(sequence, tokens);
  else if (sequence.length > found.common) await sequence.eraseTail(found.common);
  if (loaded && found.common < tokens.length) await sequence.prefill(tokens.slice(found.common));
  assert.equal(sequence.length, tokens.length);
  return loaded !== undefined;
}

/** A small Phi-3 with random weights and one row. */
export async function loadTestModel(llama: NativeLlama, options: TestModelOptions = {}): Promise<ChatRuntime> {
  return llama.loadChat({
    ...{ file: await testModel("phi3", options), gpuLayers: 0, contextSize: 512, threads: 1, sequences: 1 },
    ...{ kvCacheType: "f16", flashAttention: false, signal: new AbortController().signal, onProgress: () => undefined },
  });
}

/** The row of such a model, for the suite that calls it. */
export function testRow(options: TestModelOptions = {}): () => SequencePort {
  const llama = new NativeLlama(() => undefined);
  let runtime: ChatRuntime;
  before(async () => {
    runtime = await loadTestModel(llama, options);
  });
  after(async () => {
    await runtime.dispose();
    await llama.dispose();
  });
  return () => runtime.sequences[0]!;
}

/** A row some of whose methods are a test's own. */
export function altered(row: SequencePort, methods: Partial<SequencePort>): SequencePort {
  return {
    get length() {
      return row.length;
    },
    get meter() {
      return row.meter;
    },
    prefill: (tokens) => row.prefill(tokens),
    decode: (tokens, options) => row.decode(tokens, options),
    eraseTail: (from) => row.eraseTail(from),
    erase: (ranges) => row.erase(ranges),
    saveState: (file) => row.saveState(file),
    loadState: (file) => row.loadState(file),
    ...methods,
  };
}

export async function filesIn(folder: string): Promise<readonly string[]> {
  return (await readdir(folder).catch(() => [])).toSorted();
}

export const kindsIn = async (folder: string): Promise<readonly string[]> => (await filesIn(folder)).map((name) => name.slice(name.indexOf("."))).toSorted();
