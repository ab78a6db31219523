import assert from "node:assert/strict";
import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { testModel } from "../../../fixtures/models";
import { BuiltProgram } from "../../cli/builtProgram";
import type { Row } from "./chatService";

interface Reply {
  readonly conversation_id: string;
  readonly session_id: string;
  readonly sources: readonly { readonly path: string }[];
  readonly usage: { readonly prompt_tokens: number; readonly completion_tokens: number; readonly cached_tokens: number };
}

/** Random weights: what an answer says means nothing, how it comes about is exact. */
describe("sessions of the built program", function () {
  this.timeout(300_000);
  let program: BuiltProgram;
  let serving: ChildProcessWithoutNullStreams | undefined;
  let url = "";

  before(async () => {
    program = await BuiltProgram.create();
  });
  afterEach(() => stop());
  after(() => program.remove());

  async function start(): Promise<void> {
    const model = ["--model", await testModel("phi3"), "--threads", "1", "--gpu-layers", "0", "--context-size", "2048", "--max-tokens", "12"];
    const child = (serving = program.start(["serve", "--port", "0", "--json", ...model]));
    child.stderr.resume();
    for await (const line of createInterface({ input: child.stdout })) {
      const row = JSON.parse(line) as Row;
      if (row["type"] === "listening") url = String(row["url"]);
      if (row["type"] === "listening") return;
    }
    assert.fail("the service has ended before it listened");
  }

  async function stop(): Promise<void> {
    if (!serving) return;
    const ended = once(serving, "close");
    serving.kill("SIGINT");
    assert.deepEqual(await ended, [0, null]);
    serving = undefined;
  }

  async function call(route: string, body?: object): Promise<Row> {
    const reply = await fetch(`${url.replace(/\/$/, "")}${route}`, body && { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
    assert.equal(reply.status, 200);
    return (await reply.json()) as Row;
  }

  const ask = async (body: object) => (await call("/chat/query", body)) as unknown as Reply;

  it("go on in their KV state, and after a restart with all that was said", async () => {
    await start();
    const first = await ask({ query: "where is parseLine", session_id: "team" });
    assert.ok(first.sources.some((source) => source.path === "src/parser.ts"));
    const second = await ask({ query: "and what does it return", conversation_id: first.conversation_id });
    assert.ok(second.usage.cached_tokens >= first.usage.prompt_tokens + first.usage.completion_tokens - 1, JSON.stringify([first.usage, second.usage]));
    const told = [await call("/chat/sessions"), await call(`/chat/conversation/${first.conversation_id}`)];
    await stop();
    await start();
    assert.deepEqual([await call("/chat/sessions"), await call(`/chat/conversation/${first.conversation_id}`)], told);
    const third = await ask({ query: "and then", conversation_id: first.conversation_id });
    assert.equal(third.session_id, "team");
    // All of it is in the prompt. Whether it comes from the disk or is read again is a matter of which is faster.
    assert.ok(third.usage.prompt_tokens > second.usage.prompt_tokens + second.usage.completion_tokens, JSON.stringify([second.usage, third.usage]));
  });
});
