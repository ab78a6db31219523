import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import fc from "fast-check";
import { planCache } from "../../../src/engine/cachePlan";
import type { ChatEngine } from "../../../src/engine/chatEngine";
import { resolveFormat } from "../../../src/engine/formats/resolveFormat";
import { NativeSequence } from "../../../src/engine/native/nativeSequence";
import type { PromptTurn } from "../../../src/engine/ports";
import { PromptRenderer, type RenderedPrompt } from "../../../src/engine/promptRenderer";
import type { RowContent, SavedStates } from "../../../src/engine/states/savedStates";
import type { StateCosts } from "../../../src/engine/states/stateCosts";
import { startsWith } from "../../../src/engine/states/tokenFront";
import type { DecoderKind } from "../../fixtures/models";
import { FakeStates } from "./fakeStates";
import { code, Panel, type QuestionOptions, question, withoutCode } from "./panel";
import { freeCosts, openTest, strictLog, testIdentity } from "./stateRig";
import { TestRuntime } from "./testRuntime";

const noStop = new AbortController().signal;
const conversations = 12;
const contextSize = 1024;
const maxTokens = 4;
const seed = Number(process.env["HEARTH_TEST_SEED"] ?? 20261121);

const conversation = fc.nat({ max: conversations - 1 });
const turn = fc.nat({ max: 30 });
const operation = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant("ask" as const), conversation, hasCode: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("edit" as const), conversation, turn, hasCode: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("regenerate" as const), conversation, turn }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("goBack" as const), conversation, turn }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("branch" as const), conversation, turn, into: conversation }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("dropTurns" as const), conversation, turn }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("dropCode" as const), conversation, turn }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("resume" as const), conversation }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("release" as const), conversation }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("forget" as const), conversation }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("restart" as const), isKilled: fc.boolean() }) },
);
type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never;

/** What a row is known to hold, by what was asked. */
interface Known extends RowContent {
  readonly conversation: string;
}

interface Checked {
  answers: number;
  promptTokens: number;
  evaluatedTokens: number;
  restoredTokens: number;
}

/** Saved states as a test needs them. */
interface Store {
  /** Opens them as a new process does. */
  open(): Promise<SavedStates>;
  /** Whether anything is worth a state from now on. */
  setPays(pays: boolean): void;
  /** Whether every state that is saved stays, and is there at once. */
  readonly keepsAll: boolean;
}

function fakeStore(folder: string): Store {
  const states = new FakeStates(folder);
  return { open: () => Promise.resolve(states), setPays: (pays) => (states.pays = () => pays), keepsAll: true };
}

function realStore(folder: string): Store {
  let pays = true;
  const costs: StateCosts = { ...freeCosts, evaluatingMs: (tokens) => (pays ? tokens : -1) };
  const identity = { ...testIdentity, sequences: 2, contextSize };
  return { open: () => openTest(folder, { identity, costs }), setPays: (value) => (pays = value), keepsAll: false };
}

/** Twelve conversations over two rows, with a model of what rows and states hold beside them. */
class Bench {
  readonly checked: Checked = { answers: 0, promptTokens: 0, evaluatedTokens: 0, restoredTokens: 0 };
  readonly panels: Panel[];
  states!: SavedStates;
  engine!: ChatEngine;
  /** Branches that were left, by conversation. */
  readonly left = new Map<number, (readonly PromptTurn[])[]>();
  #known: readonly Known[] = [];
  readonly #forgotten = new Set<string>();
  #count = 0;

  constructor(
    readonly tests: TestRuntime,
    readonly kind: DecoderKind,
    readonly folder: string,
    readonly store: Store,
    readonly system: string,
  ) {
    this.panels = [];
  }

  async start(): Promise<void> {
    this.states = await this.store.open();
    const options = { states: this.states, forkFolder: path.join(this.folder, "forks"), idleSaveMs: 1e8, log: strictLog };
    this.engine = await this.tests.engineWith(this.kind, options, { sequences: 2, contextSize });
    for (let index = 0; index < conversations; index++) this.panels[index] ??= this.#panel();
    for (const panel of this.panels) panel.engine = this.engine;
  }

  async apply(operation: Operation): Promise<void> {
    if (operation.kind === "restart") return this.#restart(operation.isKilled);
    const panel = this.panels[operation.conversation]!;
    const { turns } = panel;
    const count = turns.length;
    switch (operation.kind) {
      case "ask":
        return this.#ask(panel, operation.hasCode);
      case "edit":
        if (count === 0) return;
        this.#leave(operation.conversation);
        panel.turns = turns.slice(0, operation.turn % count);
        return this.#ask(panel, operation.hasCode);
      case "regenerate":
        return count === 0 ? undefined : this.#regenerate(operation.conversation, operation.turn % count);
      case "goBack": {
        const branches = this.left.get(operation.conversation) ?? [];
        if (branches.length === 0) return;
        this.#leave(operation.conversation);
        panel.turns = branches[operation.turn % branches.length]!;
        return;
      }
      case "branch": {
        const branch = this.#panel();
        branch.turns = turns.slice(0, operation.turn % (count + 1));
        await this.#forget(operation.into);
        this.panels[operation.into] = branch;
        return;
      }
      case "dropTurns":
        panel.turns = turns.slice(operation.turn % (count + 1));
        return;
      case "dropCode":
        panel.turns = turns.map((item, index) => (index <= operation.turn % (count + 1) ? withoutCode(item) : item));
        return;
      case "resume":
        return this.#resume(panel);
      case "release":
        return this.engine.release(panel.id);
      case "forget":
        await this.#forget(operation.conversation);
        this.panels[operation.conversation] = this.#panel();
        return;
      default:
        operation satisfies never;
    }
  }

  async #ask(panel: Panel, hasCode: boolean): Promise<void> {
    const name = `q${++this.#count}`;
    await this.#send(panel, panel.request(question(name), { maxTokens, ...(hasCode && { context: code(name) }) }));
  }

  async #regenerate(index: number, turn: number): Promise<void> {
    const panel = this.panels[index]!;
    const { user, context } = panel.turns[turn]!;
    this.#leave(index);
    panel.turns = panel.turns.slice(0, turn);
    const options: QuestionOptions = { maxTokens, ...(context !== undefined && { context }) };
    await this.#send(panel, panel.request(user, options));
  }

  async #send(panel: Panel, request: ReturnType<Panel["request"]>): Promise<void> {
    if (this.engine.measure(request).promptTokens + maxTokens >= contextSize) {
      panel.turns = panel.turns.slice(Math.ceil(panel.turns.length / 2));
      return;
    }
    const wanted = this.#fresh(request);
    const before = this.#held();
    const most = this.#toEvaluate(before, wanted, 1);
    const { stats, tokens } = await panel.send(request);
    assert.equal(stats.promptTokens, wanted.tokens.length);
    assert.equal(stats.reusedTokens + stats.evaluatedTokens, stats.promptTokens);
    assert.ok(stats.evaluatedTokens <= most, `${stats.evaluatedTokens} tokens were evaluated, ${most} were new or lost`);
    this.#learn(panel.id, { tokens: [...wanted.tokens, ...tokens], parts: wanted.parts });
    this.#checkNothingLost(before, panel.id, wanted);
    this.checked.answers++;
    this.checked.promptTokens += stats.promptTokens;
    this.checked.evaluatedTokens += stats.evaluatedTokens;
    this.checked.restoredTokens += stats.restoredTokens;
  }

  async #resume(panel: Panel): Promise<void> {
    const whole = this.#fresh(panel.prompt);
    const before = this.#held();
    const result = await this.engine.resume(panel.prompt, noStop);
    if (result.tokens === 0) return assert.ok(panel.turns.length === 0 || whole.tokens.length >= contextSize - maxTokens);
    const wanted = { tokens: whole.tokens.slice(0, result.tokens), parts: whole.parts };
    assert.ok(whole.tokens.length - result.tokens < 6, "what closes the last answer is left");
    assert.ok(result.evaluatedTokens <= this.#toEvaluate(before, wanted, 0));
    this.#learn(panel.id, wanted);
    this.#checkNothingLost(before, panel.id, wanted);
  }

  async #forget(index: number): Promise<void> {
    const { id } = this.panels[index]!;
    this.#forgotten.add(id);
    this.left.delete(index);
    await this.engine.forget(id);
    assert.ok(this.states.all().every(({ conversation }) => conversation !== id));
  }

  /** A killed engine has had no time to save anything. */
  async #restart(isKilled: boolean): Promise<void> {
    const before = this.#held();
    this.store.setPays(!isKilled);
    await this.engine.dispose("aborted");
    this.store.setPays(true);
    await this.start();
    if (!isKilled) this.#checkNothingLost(before);
  }

  #panel(): Panel {
    return new Panel(this.engine, `c${++this.#count}`, this.system);
  }

  #leave(index: number): void {
    this.left.set(index, [...(this.left.get(index) ?? []), this.panels[index]!.turns]);
  }

  /** The prompt as one who has never seen the conversation writes it. */
  #fresh(prompt: Panel["prompt"]): RenderedPrompt {
    const { vocabulary, hints } = this.tests.runtime!;
    return new PromptRenderer(vocabulary, resolveFormat(vocabulary, hints), this.engine.info.hash).render(prompt);
  }

  /** What the library itself says that its rows hold; each has to be what some prompt and its answer were. */
  #held(): readonly Known[] {
    return this.tests.runtime!.sequences.flatMap((sequence) => {
      assert.ok(sequence instanceof NativeSequence);
      const tokens: readonly number[] = sequence.sequence.contextTokens;
      assert.equal(tokens.length, sequence.length);
      const known = this.#known.findLast((content) => startsWith(content.tokens, tokens) && content.tokens.length - tokens.length <= 1);
      assert.ok(known ?? tokens.length === 0, "a row holds what nobody asked");
      return known ? [{ ...known, tokens }] : [];
    });
  }

  #learn(conversation: string, content: RowContent): void {
    this.#known = [...this.#known, { ...content, conversation }];
    assert.ok(this.#held().some(({ tokens }) => startsWith(content.tokens, tokens) && tokens.length >= content.tokens.length - 1));
  }

  /** Tokens of a prompt that no row and no state gives. */
  #toEvaluate(rows: readonly RowContent[], wanted: RowContent, evaluateAtLeast: number): number {
    const reused = [...rows, ...this.states.all()].map((held) => planCache(held, wanted, { cuts: true, evaluateAtLeast }).reused);
    return wanted.tokens.length - Math.max(0, ...reused);
  }

  /** All that rows held is there still, but what was forgotten and what the conversation that was asked has cut out. */
  #checkNothingLost(before: readonly Known[], asked?: string, wanted?: RowContent): void {
    const now = [...this.#held(), ...this.states.all()];
    if (!this.store.keepsAll) return;
    for (const row of before) {
      if (this.#forgotten.has(row.conversation)) continue;
      if (row.conversation === asked && wanted && isCut(row, wanted)) continue;
      assert.ok(now.some((held) => startsWith(held.tokens, row.tokens)), `tokens of ${row.conversation} were lost`);
    }
  }
}

/** Whether parts of a row leave while others behind them stay. */
function isCut(row: RowContent, wanted: RowContent): boolean {
  const { erase, tail } = planCache(row, wanted, { cuts: true, evaluateAtLeast: 1 });
  return erase.length > (tail > 0 ? 1 : 0);
}

describe("twelve conversations over two rows (random weights)", function () {
  this.timeout(600_000);
  const tests = new TestRuntime();
  afterEach(() => tests.clear());
  after(() => tests.dispose());

  const cases: [kind: DecoderKind, system: string, operations: number, store: (folder: string) => Store][] = [
    ["phi3", "You answer in short.", 100, fakeStore],
    ["llama2", "You answer in short.", 60, fakeStore],
    ["phi3", "You answer in short.", 60, realStore],
  ];
  for (const [kind, system, operations, store] of cases) {
    it(`${kind}: ${operations} operations evaluate no more than what is new or was lost, with a ${store === realStore ? "real" : "fake"} disk`, async () => {
      await fc.assert(
        // An operation shrinks to none, so that the number of them need not.
        fc.asyncProperty(fc.array(fc.option(operation, { freq: 1e6 }), { minLength: operations, maxLength: operations }), async (list) => {
          const { answers, evaluatedTokens, promptTokens, restoredTokens } = await runAll(kind, system, store, list);
          console.log(`      ${answers} answers: ${evaluatedTokens} of ${promptTokens} prompt tokens evaluated, ${restoredTokens} restored`);
        }),
        { seed, numRuns: Number(process.env["HEARTH_TEST_RUNS"] ?? 2) },
      );
    });
  }

  async function runAll(kind: DecoderKind, system: string, store: (folder: string) => Store, list: readonly (Operation | null)[]): Promise<Checked> {
    const folder = await mkdtemp(path.join(tmpdir(), "hearth-test-"));
    try {
      const bench = new Bench(tests, kind, folder, store(folder), system);
      await bench.start();
      for (const item of list) if (item) await bench.apply(item);
      return bench.checked;
    } finally {
      await tests.clear();
      await rm(folder, { recursive: true, force: true });
    }
  }
});
