import assert from "node:assert/strict";
import { type ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";
import { silentLog } from "../../../../src/common/log";
import type { Engine, GenerateRequest, Prompt, Sampling } from "../../../../src/engine/ports";
import { createRoutedEngine } from "../../../../src/engine/remote/routedEngine";
import { createEngine } from "../../../../src/engine/supervisor";
import { testModel } from "../../../fixtures/models";
import { BuiltProgram } from "../../cli/builtProgram";
import { FakeEngine } from "../../cli/fakes";
import { testConfig } from "../testRuntime";
import { answerOf, never, serverConfig } from "./remoteRig";

const base: Sampling = { sampler: "top-p", temperature: 0.9, topK: 30, topP: 0.8, minP: 0.02, repeatPenalty: 1.15, seed: 1234 };
const token = "peer-token";

/** Hearth's own service as the server of another Hearth, beside the same model in this machine's engine. */
describe("a server that is another Hearth", function () {
  this.timeout(300_000);
  let program: BuiltProgram;
  let serving: ChildProcessWithoutNullStreams;
  let near: Engine;
  let far: Engine;

  before(async () => {
    program = await BuiltProgram.create();
    const [model, embeddingModel] = await Promise.all([testModel("phi3"), testModel("bert")]);
    serving = program.start(["serve", "--port", "0", "--json", "--token", token, "--model", model, "--embedding-model", embeddingModel, "--gpu-layers", "0", "--threads", "1", "--context-size", "1024"]);
    const url = await listeningAt(serving);
    const config = testConfig(model, { contextSize: 1024, embeddingModel });
    near = createEngine({ entry: path.join(path.dirname(program.entry), "engine.mjs"), config, log: silentLog });
    const server = serverConfig(`${url}/v1`);
    far = createRoutedEngine({
      config: { ...config, servers: { backend: "openai", chat: server, embedding: server } },
      createNative: () => new FakeEngine(),
      keys: () => Promise.resolve(token),
      log: silentLog,
    });
  });
  after(async () => {
    await far.dispose();
    await near.dispose();
    const closed = once(serving, "close");
    if (serving.exitCode === null && serving.signalCode === null && serving.kill("SIGINT")) await closed;
    await program.remove();
  });

  async function bothAnswer(request: GenerateRequest) {
    const [here, there] = [await answerOf(near.generate({ ...request, conversation: `${request.conversation}-near` }, never)), await answerOf(far.generate(request, never))];
    assert.deepEqual([here.error, there.error], [undefined, undefined]);
    return { here: here.result!, there: there.result!, texts: [here.text, there.text] };
  }

  const samplings: [what: string, sampling: Sampling][] = [
    ["greedy", { ...base, sampler: "greedy", temperature: 0 }],
    ["categorical", { ...base, sampler: "categorical" }],
    ["top-k", { ...base, sampler: "top-k" }],
    ["top-p", base],
  ];
  for (const [what, sampling] of samplings) {
    it(`gives the same tokens as this machine for the same seed: ${what}`, async () => {
      const turns = [{ id: "1", user: "What does parseLine do, and then?" }];
      const { here, there, texts } = await bothAnswer({ conversation: what, system: "Be brief.", turns, sampling, maxTokens: 40 });
      assert.ok(there.tokens.length > 5, "an answer that says something");
      assert.deepEqual(there.tokens, here.tokens);
      assert.equal(texts[1], texts[0]);
      const numbers = ({ stats, stopReason, seed }: typeof here) => [stats.promptTokens, stats.generatedTokens, stopReason, seed];
      assert.deepEqual(numbers(there), numbers(here));
      assert.equal(there.stats.reusedTokens + there.stats.evaluatedTokens, there.stats.promptTokens);
    });
  }

  it("gives the same follow-up, and has its conversation in the KV cache", async () => {
    const first = { conversation: "follow", system: "Be brief.", turns: [{ id: "1", user: "First question, with some words to it." }], sampling: base, maxTokens: 12 };
    const begun = await bothAnswer(first);
    const answered = (text: string, { tokens, modelHash }: typeof begun.here) => [{ ...first.turns[0]!, answer: { text, tokens, modelHash } }, { id: "2", user: "Second?" }];
    const near2 = await answerOf(near.generate({ ...first, conversation: "follow-near", turns: answered(begun.texts[0]!, begun.here) }, never));
    const far2 = await answerOf(far.generate({ ...first, turns: answered(begun.texts[1]!, begun.there) }, never));
    assert.deepEqual(far2.result?.tokens, near2.result?.tokens);
    assert.ok(far2.result!.stats.reusedTokens >= begun.there.stats.promptTokens, JSON.stringify(far2.result!.stats));
  });

  it("gives the same JSON by a schema, and ends at the same stop text", async () => {
    const schema = { type: "object", properties: { a: { type: "string", maxLength: 5 }, b: { enum: ["x", "y"] } }, required: ["a", "b"], additionalProperties: false };
    const request = { conversation: "json", system: "", turns: [{ id: "1", user: "Give JSON." }], sampling: base, maxTokens: 60 };
    const { here, there, texts } = await bothAnswer({ ...request, jsonSchema: schema });
    assert.deepEqual(there.tokens, here.tokens);
    assert.deepEqual(Object.keys(JSON.parse(texts[1]!) as object), ["a", "b"]);
    const whole = await bothAnswer({ ...request, conversation: "stop" });
    const stop = whole.texts[0]!.slice(10, 14);
    const cut = await bothAnswer({ ...request, conversation: "stop2", stopTexts: [stop] });
    assert.deepEqual([cut.there.stopReason, cut.texts[1]], [cut.here.stopReason, cut.texts[0]]);
    assert.equal(cut.there.stopReason, "stopText");
  });

  it("goes on with a bare text as this machine does", async () => {
    const { here, there } = await bothAnswer({ conversation: "raw", system: "", turns: [], rawText: "def parse(line):", sampling: base, maxTokens: 20 });
    assert.deepEqual(there.tokens, here.tokens);
    assert.equal(there.stats.promptTokens, here.stats.promptTokens);
  });

  it("tells its context and its defaults, and counts tokens exactly", async () => {
    const [here, there] = [await near.load(), await far.load()];
    assert.deepEqual([there.contextSize, there.trainedContextSize, there.sequences], [here.contextSize, here.trainedContextSize, 2]);
    assert.deepEqual(there.defaults, here.defaults);
    const texts = ["", "one", "def add(a, b):\n    return a + b\n", "für € 漢字"];
    assert.deepEqual(await far.countTokens(texts), await near.countTokens(texts));
    const prompt: Prompt = { conversation: "m", system: "Be brief.", turns: [{ id: "1", user: "Hello there.", answer: { text: "Hi." } }, { id: "2", user: "And?" }] };
    const [measuredHere, measuredThere] = [await near.measure(prompt), await far.measure(prompt)];
    assert.equal(measuredThere.estimated, undefined);
    assert.ok(Math.abs(measuredThere.promptTokens - measuredHere.promptTokens) <= 16, `${measuredThere.promptTokens} for ${measuredHere.promptTokens}`);
  });

  it("gives the same vectors", async () => {
    const texts = ["def add(a, b): return a + b", "a question about words"];
    for (const kind of ["query", "document"] as const) {
      const [here, there] = [await near.embed(texts, kind), await far.embed(texts, kind)];
      here.forEach((vector, at) => vector.forEach((value, index) => assert.ok(Math.abs(value - there[at]![index]!) < 1e-6)));
    }
    assert.equal((await far.info())!.dimensions, (await near.info())!.dimensions);
  });

  it("refuses a prompt that is too long in words that say so", async () => {
    const request = { conversation: "long", system: "", turns: [{ id: "1", user: "word ".repeat(3000) }], sampling: base, maxTokens: 5 };
    const { error } = await answerOf(far.generate(request, never));
    assert.equal((error as { code?: string }).code, "prompt-too-long");
  });

  it("stops an answer, and answers the next one", async () => {
    const stop = new AbortController();
    const request = { conversation: "stopped", system: "", turns: [{ id: "1", user: "Tell me much." }], sampling: base, maxTokens: 500 };
    let reason: string | undefined;
    for await (const event of far.generate(request, stop.signal)) {
      if (event.type === "text") stop.abort();
      if (event.type === "done") reason = event.stopReason;
    }
    assert.equal(reason, "aborted");
    assert.equal((await answerOf(far.generate({ ...request, maxTokens: 3 }, never))).result?.tokens.length, 3);
  });

  it("refuses a wrong key", async () => {
    const info = await far.load();
    const engine = createRoutedEngine({
      config: { ...testConfig("x"), servers: { backend: "openai", chat: serverConfig(info.server!), embedding: serverConfig("") } },
      createNative: () => new FakeEngine(),
      keys: () => Promise.resolve("wrong"),
      log: silentLog,
    });
    await assert.rejects(engine.load(), { code: "server-refused" });
    await engine.dispose();
  });

  it("keeps what came of an answer when that program is killed", async () => {
    const request = { conversation: "killed", system: "", turns: [{ id: "1", user: "Tell me much." }], sampling: base, maxTokens: 800 };
    let text = "";
    await assert.rejects(
      async () => {
        for await (const event of far.generate(request, never)) {
          if (event.type !== "text") continue;
          text += event.text;
          serving.kill("SIGKILL");
        }
      },
      { code: "answer-lost" },
    );
    assert.ok(text.length > 0);
    assert.ok((await far.measure({ ...request, conversation: "other" })).promptTokens > 0, "what is known of it is still known");
  });
});

async function listeningAt(child: ChildProcessWithoutNullStreams): Promise<string> {
  child.stderr.resume();
  for await (const line of createInterface({ input: child.stdout })) {
    const row = JSON.parse(line) as { readonly type: string; readonly url?: string };
    if (row.type === "listening" && row.url !== undefined) return row.url;
  }
  throw new Error("hearth serve ended before it listened");
}
