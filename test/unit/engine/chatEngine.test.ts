import assert from "node:assert/strict";
import { setImmediate as nextTurn } from "node:timers/promises";
import { HearthError } from "../../../src/common/errors";
import type { ChatEngine } from "../../../src/engine/chatEngine";
import type { GenerateRequest, PromptTurn, SamplerName } from "../../../src/engine/ports";
import type { DecoderKind } from "../../fixtures/models";
import { answer, type Answer, greedy, TestRuntime, warm } from "./testRuntime";

/** A conversation as the chat keeps it: each answer with what was generated. */
class Conversation {
  readonly turns: PromptTurn[] = [];
  /** Tokens in the KV cache after the last answer. */
  cached = 0;

  constructor(
    readonly engine: ChatEngine,
    readonly id: string,
    readonly keepTokens = true,
  ) {}

  request(user: string, options: Partial<GenerateRequest> = {}): GenerateRequest {
    const turns = [...this.turns, { id: String(this.turns.length), user }];
    return { conversation: this.id, system: "You answer in short.", turns, sampling: { ...warm, seed: turns.length }, maxTokens: 12, ...options };
  }

  async ask(user: string, options: Partial<GenerateRequest> = {}): Promise<Answer> {
    const request = this.request(user, options);
    const result = await answer(this.engine, request);
    const { text, tokens, modelHash } = result;
    this.turns.push({ ...request.turns.at(-1)!, answer: { text, ...(this.keepTokens && { tokens, modelHash }) } });
    this.cached = result.stats.promptTokens + tokens.length - (result.stopReason === "maxTokens" ? 1 : 0);
    return result;
  }
}

function question(turn: number): string {
  return `Question ${turn}: what does f(${turn}) return?\n\n    def f(x):\n        return x + ${turn}\n`;
}

describe("chat engine", function () {
  this.timeout(120_000);
  const tests = new TestRuntime();
  afterEach(() => tests.clear());
  after(() => tests.dispose());

  /** Tokens that the library itself counted as evaluated, on all sequences. */
  const meter = () => tests.runtime!.sequences.reduce((sum, { meter }) => sum + meter.input + meter.output, 0);

  const kinds = { phi3: "phi3", llama2: "llama2", llama3: "llama3", chatml: "qwen2" } as const satisfies Record<string, DecoderKind>;
  for (const [format, kind] of Object.entries(kinds)) {
    for (const keepTokens of [true, false]) {
      it(`${format}: ten turns evaluate only what is new${keepTokens ? "" : ", with the answers' text alone"}`, async () => {
        const chat = new Conversation(await tests.engine(kind), "a", keepTokens);
        assert.equal(chat.engine.info.format, format);
        for (let turn = 0; turn < 10; turn++) {
          const { cached } = chat;
          const before = meter();
          const { stats } = await chat.ask(question(turn));
          assert.equal(stats.evaluatedTokens, stats.promptTokens - cached, `turn ${turn}`);
          assert.equal(stats.reusedTokens, cached);
          assert.equal(meter() - before, chat.cached - cached, `the library's meter, turn ${turn}`);
        }
      });
    }

    it(`${format}: two conversations that take turns do so too`, async () => {
      const engine = await tests.engine(kind, { sequences: 2 });
      const chats = [new Conversation(engine, "a"), new Conversation(engine, "b")];
      for (let turn = 0; turn < 10; turn++) {
        for (const chat of chats) {
          const { cached } = chat;
          const before = meter();
          const { stats } = await chat.ask(`${chat.id} ${question(turn)}`);
          assert.equal(stats.evaluatedTokens, stats.promptTokens - cached, `turn ${turn} of ${chat.id}`);
          assert.equal(meter() - before, chat.cached - cached, `the library's meter, turn ${turn} of ${chat.id}`);
        }
      }
    });
  }

  it("answers two conversations at the same time, each as if it were alone in what it evaluates", async () => {
    const engine = await tests.engine("phi3", { sequences: 2 });
    const chats = [new Conversation(engine, "a"), new Conversation(engine, "b")];
    for (let turn = 0; turn < 3; turn++) {
      const cached = chats.map((chat) => chat.cached);
      const answers = await Promise.all(chats.map((chat) => chat.ask(`${chat.id} ${question(turn)}`)));
      assert.deepEqual(answers.map(({ stats }) => stats.promptTokens - stats.evaluatedTokens), cached);
    }
  });

  it("asks a question anew by evaluating its last token", async () => {
    const chat = new Conversation(await tests.engine("phi3"), "a");
    await chat.ask(question(0));
    const request = chat.request(question(1));
    const first = await answer(chat.engine, request);
    const second = await answer(chat.engine, request);
    assert.deepEqual([second.stats.evaluatedTokens, second.stats.reusedTokens], [1, first.stats.promptTokens - 1]);
    assert.equal(second.stats.promptTokens, first.stats.promptTokens);
  });

  it("measures what it will evaluate", async () => {
    const chat = new Conversation(await tests.engine("llama2"), "a");
    await chat.ask(question(0));
    await chat.ask(question(1));
    const request = chat.request(question(2));
    const size = chat.engine.measure(request);
    const alone = chat.engine.measure({ ...request, turns: [] });
    assert.equal(size.turnTokens.length, 3);
    assert.equal(size.turnTokens.reduce((sum, tokens) => sum + tokens, alone.promptTokens), size.promptTokens);
    assert.equal((await answer(chat.engine, request)).stats.promptTokens, size.promptTokens);
  });

  it("stops in the middle of a long prompt, and goes on from there", async () => {
    const chat = new Conversation(await tests.engine("phi3", { contextSize: 4096 }), "a");
    const request = chat.request("word ".repeat(3500));
    const abort = new AbortController();
    let done = 0;
    const stopped = await answer(chat.engine, request, abort.signal, (event) => {
      if (event.type !== "prefill") return;
      done = event.done;
      // As an event of its own: it is only heard when the evaluation lets other events come between its chunks.
      setImmediate(() => abort.abort());
    });
    const { stats } = stopped;
    assert.equal(stopped.stopReason, "aborted");
    assert.deepEqual([stats.evaluatedTokens, stats.generatedTokens, stopped.tokens.length], [done, 0, 0]);
    assert.ok(done > 0 && done < 1000, `${done} of ${stats.promptTokens} tokens were evaluated`);
    assert.equal(meter(), done);
    const again = await answer(chat.engine, request);
    assert.equal(again.stats.reusedTokens, done);
    assert.equal(again.stats.evaluatedTokens, again.stats.promptTokens - done);
  });

  it("stops an answer and keeps what came", async () => {
    const chat = new Conversation(await tests.engine("phi3", {}, { endOfTurn: "never" }), "a");
    const request = chat.request(question(0), { maxTokens: 500 });
    const abort = new AbortController();
    let texts = 0;
    const stopped = await answer(chat.engine, request, abort.signal, (event) => {
      if (event.type === "text" && ++texts === 5) abort.abort();
    });
    assert.equal(stopped.stopReason, "aborted");
    assert.ok(stopped.tokens.length >= 5 && stopped.tokens.length < 20);
    const { stats } = await answer(chat.engine, {
      ...request,
      turns: [{ ...request.turns[0]!, answer: { text: stopped.text } }, { id: "1", user: "On." }],
    });
    assert.equal(stats.reusedTokens, stopped.stats.promptTokens + stopped.tokens.length - 1);
  });

  const samplers: SamplerName[] = ["greedy", "categorical", "top-k", "top-p"];
  for (const sampler of samplers) {
    it(`${sampler}: the same seed gives the same tokens, ${sampler === "greedy" ? "and so does another" : "another seed others"}`, async () => {
      const engine = await tests.engine("phi3");
      const ask = async (seed: number) => {
        await engine.forget("a");
        const sampling = { ...warm, sampler, topK: 200, topP: 0.95, seed };
        const result = await answer(engine, new Conversation(engine, "a").request(question(1), { sampling, maxTokens: 24 }));
        assert.equal(result.seed, seed);
        return result.tokens;
      };
      const [first, second, other] = [await ask(11), await ask(11), await ask(12)];
      assert.ok(first.length > 1);
      assert.deepEqual(second, first);
      if (sampler === "greedy") assert.deepEqual(other, first);
      else assert.notDeepEqual(other, first);
    });
  }

  for (const mode of ["on", "auto"] as const) {
    it(`prompt lookup "${mode}" draws the same tokens, and leaves the row as it was without`, async () => {
      const [plain, guessing] = [await tests.engine("phi3"), await tests.engine("phi3", { promptLookup: mode })];
      const ask = async (engine: ChatEngine) => {
        const chat = new Conversation(engine, "a");
        const answers: Answer[] = [];
        for (const text of ["a b c a b c a b c a b c", "again: a b c a b c", question(1)]) {
          answers.push(await chat.ask(text, { sampling: { ...greedy, seed: 1 }, maxTokens: 40 }));
        }
        return answers;
      };
      const [expected, given] = [await ask(plain), await ask(guessing)];
      for (const [index, { tokens, text, stats, stopReason }] of given.entries()) {
        const other = expected[index]!;
        assert.deepEqual([tokens, text, stopReason], [other.tokens, other.text, other.stopReason]);
        assert.deepEqual([stats.reusedTokens, stats.evaluatedTokens], [other.stats.reusedTokens, other.stats.evaluatedTokens], "what the row held");
        assert.equal(other.stats.lookup, undefined);
        assert.ok(stats.lookup && stats.lookup.acceptedTokens <= stats.lookup.proposedTokens);
      }
    });
  }

  it("looks nothing up where tokens are drawn at random or what was drawn is punished", async () => {
    const chat = new Conversation(await tests.engine("phi3", { promptLookup: "on" }), "a");
    assert.equal((await chat.ask(question(0))).stats.lookup, undefined);
    assert.equal((await chat.ask(question(1), { sampling: { ...greedy, repeatPenalty: 1.1 } })).stats.lookup, undefined);
  });

  it("draws a seed that makes the answer come again", async () => {
    const engine = await tests.engine("phi3");
    const unseeded = { sampler: "categorical", temperature: 1, topK: 0, topP: 1, minP: 0, repeatPenalty: 1 } as const;
    const chat = new Conversation(engine, "a");
    const first = await answer(engine, chat.request("Hi", { sampling: unseeded }));
    await engine.forget("a");
    const second = await answer(engine, chat.request("Hi", { sampling: { ...unseeded, seed: first.seed } }));
    assert.deepEqual(second.tokens, first.tokens);
    assert.equal(first.sampling.seed, first.seed);
  });

  it("stops at the limit of tokens and goes on with the next question", async () => {
    const chat = new Conversation(await tests.engine("phi3", {}, { endOfTurn: "never" }), "a");
    const first = await chat.ask(question(0), { maxTokens: 7 });
    assert.deepEqual([first.stopReason, first.tokens.length, first.stats.generatedTokens], ["maxTokens", 7, 7]);
    const second = await chat.ask("On.", { maxTokens: 1 });
    assert.equal(second.stats.reusedTokens, first.stats.promptTokens + 6);
    assert.equal(second.tokens.length, 1);
  });

  it("stops when the context is full", async () => {
    const engine = await tests.engine("phi3", { contextSize: 512 }, { endOfTurn: "never" });
    const result = await answer(engine, new Conversation(engine, "a").request(question(0), { maxTokens: 2000 }));
    assert.equal(result.stopReason, "contextFull");
    assert.equal(result.stats.promptTokens + result.tokens.length, engine.info.contextSize);
  });

  it("refuses a prompt that does not fit, and says by how much", async () => {
    const engine = await tests.engine("phi3", { contextSize: 512 });
    const chat = new Conversation(engine, "a");
    const filling = (words: number) => chat.request("word ".repeat(words));
    const { promptTokens } = engine.measure(filling(600));
    await assert.rejects(answer(engine, filling(600)), (error) => {
      assert.ok(error instanceof HearthError);
      assert.equal(error.code, "prompt-too-long");
      assert.match(error.message, new RegExp(`${promptTokens} tokens, ${promptTokens + 1 - 512} too many for the context of 512`));
      return true;
    });
    const room = 600 - (promptTokens + 1 - 512);
    assert.equal((await answer(engine, filling(room))).stats.generatedTokens, 1, "a prompt that leaves room for one token is answered");
  });

  it("gives way to the third of three conversations on two sequences, and takes the oldest", async () => {
    const engine = await tests.engine("llama3", { sequences: 2 });
    const [a, b, c] = [new Conversation(engine, "a"), new Conversation(engine, "b"), new Conversation(engine, "c")];
    for (const chat of [a, b]) await chat.ask(`${chat.id} ${question(0)}`);
    const shared = (await c.ask(`c ${question(0)}`)).stats.reusedTokens;
    assert.ok(shared > 0 && shared < 20, "the system prompt of the conversation that gave way is kept");
    const cachedB = b.cached;
    assert.equal((await b.ask(question(1))).stats.reusedTokens, cachedB, "b kept its sequence");
    const { stats } = await a.ask(question(1));
    assert.ok(stats.reusedTokens <= shared + 1, "a starts anew");
    assert.equal(stats.evaluatedTokens, stats.promptTokens - stats.reusedTokens);
  });

  it("lets a conversation wait for the only sequence", async () => {
    const engine = await tests.engine("phi3", { sequences: 1 }, { endOfTurn: "never" });
    const order: string[] = [];
    const ask = async (id: string) => {
      const result = await answer(engine, new Conversation(engine, id).request("Hi", { maxTokens: 8 }), undefined, () => order.push(id));
      return result.tokens.length;
    };
    assert.deepEqual(await Promise.all([ask("a"), ask("b"), ask("a")]), [8, 8, 8]);
    assert.ok(order.lastIndexOf("b") > order.indexOf("b"));
    assert.equal(order.slice(order.indexOf("b"), order.lastIndexOf("b") + 1).join("").replaceAll("b", ""), "", "nothing ran between b's events");
  });

  it("ends a waiting question by its signal", async () => {
    const engine = await tests.engine("phi3", { sequences: 1 }, { endOfTurn: "never" });
    const [first, second] = [new AbortController(), new AbortController()];
    const running = answer(engine, new Conversation(engine, "a").request("Hi", { maxTokens: 400 }), first.signal);
    const waiting = answer(engine, new Conversation(engine, "b").request("Hi"), second.signal);
    await nextTurn();
    second.abort();
    const stopped = await waiting;
    assert.deepEqual([stopped.stopReason, stopped.stats.evaluatedTokens], ["aborted", 0]);
    first.abort();
    assert.equal((await running).stopReason, "aborted");
  });

  for (const reason of ["modelChanged", "aborted"] as const) {
    it(`ends running and waiting answers with "${reason}"`, async () => {
      const engine = await tests.engine("phi3", { sequences: 1 }, { endOfTurn: "never" });
      let disposing: Promise<void> | undefined;
      const running = answer(engine, new Conversation(engine, "a").request("Hi", { maxTokens: 1000 }), undefined, (event) => {
        if (event.type === "text") disposing ??= engine.dispose(reason);
      });
      const waiting = answer(engine, new Conversation(engine, "b").request("Hi"));
      assert.deepEqual([(await running).stopReason, (await waiting).stopReason], [reason, reason]);
      await disposing;
    });
  }

  it("frees the state of a conversation that is over", async () => {
    const engine = await tests.engine("phi3");
    const chat = new Conversation(engine, "a");
    await chat.ask(question(0));
    await engine.forget("a");
    assert.equal(tests.runtime!.sequences[0]!.length, 0);
    assert.equal((await chat.ask(question(1))).stats.reusedTokens, 0);
  });

  it("counts tokens without special ones", async () => {
    const engine = await tests.engine("phi3");
    assert.deepEqual(engine.countTokens(["", "Hello", "<|end|>"]), [0, 1, 5]);
  });

  it("refuses what it cannot answer", async () => {
    const engine = await tests.engine("phi3");
    const request = new Conversation(engine, "a").request("Hi");
    await assert.rejects(answer(engine, { ...request, turns: [] }), /has to be a question without an answer/);
    await assert.rejects(answer(engine, { ...request, sampling: { ...greedy, temperature: 9 } }), /temperature is 9/);
    await assert.rejects(answer(engine, { ...request, maxTokens: 0 }), /maxTokens is 0/);
  });
});
