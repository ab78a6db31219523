import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import fc from "fast-check";
import { memoryStore } from "../../../src/chat/memoryStore";
import type { ChatSession } from "../../../src/chat/session";
import { Sessions } from "../../../src/chat/sessions";
import type { ChatEvent, ChatSettings } from "../../../src/chat/types";
import { silentLog } from "../../../src/common/log";
import { resolveFormat } from "../../../src/engine/formats/resolveFormat";
import type { ChatModel, Engine, GenerateEvent, GenerateRequest, ModelInfo } from "../../../src/engine/ports";
import { PromptRenderer } from "../../../src/engine/promptRenderer";
import type { ChatRuntime } from "../../../src/engine/runtime";
import { createEngine } from "../../../src/engine/supervisor";
import { engineEntry } from "../../fixtures/engineEntry";
import { testModel } from "../../fixtures/models";
import { testConfig, TestRuntime } from "./testRuntime";

const never = new AbortController().signal;
const panels = 12;
const rows = 2;
const operations = 100;
const seed = Number(process.env["HEARTH_TEST_SEED"] ?? 20261121);

type Operation =
  | { readonly kind: "ask"; readonly panel: number; readonly words: number }
  | { readonly kind: "edit"; readonly panel: number; readonly turn: number; readonly words: number }
  | { readonly kind: "regenerate"; readonly panel: number; readonly turn: number }
  | { readonly kind: "select"; readonly panel: number; readonly turn: number }
  | { readonly kind: "branch"; readonly panel: number; readonly turn: number; readonly into: number }
  | { readonly kind: "close"; readonly panel: number }
  | { readonly kind: "kill" };

const panel = fc.nat({ max: panels - 1 });
const turn = fc.nat({ max: 30 });
const words = fc.integer({ min: 1, max: 12 });
const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant("ask" as const), panel, words }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("edit" as const), panel, turn, words }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("regenerate" as const), panel, turn }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("select" as const), panel, turn }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("branch" as const), panel, turn, into: panel }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("close" as const), panel }) },
  { weight: 1, arbitrary: fc.constant({ kind: "kill" as const }) },
);

/** What the two KV cache rows surely hold when nothing is saved: the least recently used conversation gives way. */
class RowModel {
  #rows: { owner: string; tokens: readonly number[] }[] = [];

  /** Tokens of `prompt` that its conversation's row still holds. */
  kept(conversation: string, prompt: readonly number[]): number {
    const held = this.#rows.find(({ owner }) => owner === conversation)?.tokens ?? [];
    let common = 0;
    while (common < prompt.length - 1 && common < held.length && held[common] === prompt[common]) common++;
    return common;
  }

  used(conversation: string, tokens: readonly number[]): void {
    this.free(conversation);
    this.#rows = [{ owner: conversation, tokens }, ...this.#rows].slice(0, rows);
  }

  free(conversation: string): void {
    this.#rows = this.#rows.filter(({ owner }) => owner !== conversation);
  }

  clear(): void {
    this.#rows = [];
  }
}

interface Checked {
  answers: number;
  promptTokens: number;
  evaluatedTokens: number;
}

/** The engine with each of its answers compared with a rendering from scratch and with what was lost. */
function checkedModel(engine: Engine, runtime: ChatRuntime, info: ModelInfo, cache: RowModel, checked: Checked): ChatModel {
  const check = (request: GenerateRequest, result: Extract<GenerateEvent, { type: "done" }>) => {
    const renderer = new PromptRenderer(runtime.vocabulary, resolveFormat(runtime.vocabulary, runtime.hints), info.hash);
    const { tokens } = renderer.render(request);
    const { stats } = result;
    assert.equal(result.origin?.promptHash, hashOf(tokens), "the prompt is the one that a fresh rendering gives");
    assert.equal(stats.promptTokens, tokens.length);
    assert.equal(stats.reusedTokens + stats.evaluatedTokens, tokens.length);
    const lost = tokens.length - cache.kept(request.conversation, tokens);
    assert.ok(stats.evaluatedTokens <= lost, `${stats.evaluatedTokens} tokens were evaluated, ${lost} were new or lost`);
    cache.used(request.conversation, [...tokens, ...result.tokens.slice(0, -1)]);
    checked.answers++;
    checked.promptTokens += tokens.length;
    checked.evaluatedTokens += stats.evaluatedTokens;
  };
  return {
    get state() {
      return engine.state;
    },
    onDidChangeState: engine.onDidChangeState,
    load: (signal) => engine.load(signal),
    measure: (prompt, signal) => engine.measure(prompt, signal),
    countTokens: (texts, signal) => engine.countTokens(texts, signal),
    resume: (prompt, signal) => engine.resume(prompt, signal),
    async *generate(request, signal) {
      for await (const event of engine.generate(request, signal)) {
        if (event.type === "done") check(request, event);
        yield event;
      }
    },
    async release(conversation) {
      cache.free(conversation);
      await engine.release(conversation);
    },
    async forget(conversation) {
      cache.free(conversation);
      await engine.forget(conversation);
    },
  };
}

function hashOf(tokens: readonly number[]): string {
  return createHash("sha256").update(Buffer.from(Uint32Array.from(tokens).buffer)).digest("hex");
}

async function finish(events: AsyncIterable<ChatEvent>): Promise<void> {
  let last: ChatEvent | undefined;
  for await (const event of events) last = event;
  assert.equal(last?.type === "finished" && last.turn.status.kind, "done", JSON.stringify(last?.type === "finished" && last.turn.status));
}

describe("twelve panels over two sequences (random weights)", function () {
  this.timeout(600_000);
  const runtime = new TestRuntime();
  let entry: string;
  let model: string;

  before(async () => {
    entry = await engineEntry();
    model = await testModel("phi3", { endOfTurn: "rare" });
  });
  after(() => runtime.dispose());

  it("never evaluates twice what was not lost, whatever is asked, edited, branched, closed or killed", async () => {
    const chat = await runtime.chat("phi3", { endOfTurn: "rare" });
    await fc.assert(
      fc.asyncProperty(fc.array(operation, { minLength: operations, maxLength: operations }), async (list) => {
        const checked = await run(list, chat);
        console.log(
          `      ${list.length} operations, ${checked.answers} answers: ${checked.evaluatedTokens} of ${checked.promptTokens} prompt tokens evaluated`,
        );
      }),
      { seed, numRuns: 1 },
    );
  });

  async function run(list: readonly Operation[], chat: ChatRuntime): Promise<Checked> {
    const config = testConfig(model, { sequences: rows, contextSize: 2048, stateBudgetBytes: 0 });
    const engine = createEngine({ entry, config, log: silentLog });
    try {
      const cache = new RowModel();
      const checked: Checked = { answers: 0, promptTokens: 0, evaluatedTokens: 0 };
      const settings: ChatSettings = { sampling: { sampler: "categorical", temperature: 1, seed: 7 }, maxTokens: 6, systemPrompt: "Short.", useContext: false, contextFull: "dropOldest" };
      const wrapped = checkedModel(engine, chat, await engine.load(), cache, checked);
      const sessions = new Sessions({ model: wrapped, retriever: undefined, store: memoryStore(), settings: () => settings, log: silentLog });
      const open: ChatSession[] = Array.from({ length: panels }, () => sessions.create());
      for (const [index, item] of list.entries()) await apply(item, index, { open, sessions, engine, cache });
      return checked;
    } finally {
      await engine.dispose();
    }
  }

  interface Bench {
    readonly open: ChatSession[];
    readonly sessions: Sessions;
    readonly engine: Engine;
    readonly cache: RowModel;
  }

  async function apply(item: Operation, index: number, bench: Bench): Promise<void> {
    if (item.kind === "kill") return kill(bench);
    const session = bench.open[item.panel]!;
    const { turns } = session.conversation;
    const text = "words" in item ? `${index}: ${"what does it do ".repeat(item.words)}` : "";
    if (item.kind === "ask" || (turns.length === 0 && item.kind !== "close")) return finish(session.ask({ text: text || "Why?", attachments: [] }, never));
    if (item.kind === "close") {
      await bench.sessions.close(session.conversation.id);
      // A conversation without a turn was never stored, so a new one stands in its place.
      bench.open[item.panel] = (await bench.sessions.open(session.conversation.id)) ?? bench.sessions.create();
      return;
    }
    const { id } = turns[item.turn % turns.length]!;
    if (item.kind === "edit") return finish(session.edit(id, { text, attachments: [] }, never));
    if (item.kind === "regenerate") return finish(session.regenerate(id, never));
    if (item.kind === "select") return session.selectBranch(id);
    bench.open[item.into] = await bench.sessions.branch(session.conversation.id, id);
  }

  /** Ends the engine's process as a crash would; the next question starts it again. */
  async function kill({ engine, cache }: Bench): Promise<void> {
    const gone = new Promise<void>((resolve) => {
      const subscription = engine.onDidChangeState((state) => {
        if (state.kind !== "restarting") return;
        subscription.dispose();
        resolve();
      });
    });
    for (const pid of childrenRunning(entry)) process.kill(pid, "SIGKILL");
    cache.clear();
    await gone;
    await engine.load();
  }
});

/** Ids of this process's children that run the program. */
function childrenRunning(program: string): number[] {
  const table = execFileSync("ps", ["-o", "pid=,args=", "--ppid", String(process.pid)], { encoding: "utf8" });
  return table
    .split("\n")
    .filter((line) => line.includes(program))
    .map((line) => Number.parseInt(line, 10));
}
