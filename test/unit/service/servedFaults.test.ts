import assert from "node:assert/strict";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { commandLine, family } from "../../bench/processMemory";
import { ServedProgram } from "./servedProgram";

const token = "a-token-of-the-environment";

/** Random weights: what an answer says means nothing; that it comes whole, or says why not, is exact. */
describe("the built service when something goes wrong", function () {
  this.timeout(300_000);
  let served: ServedProgram;

  before(async () => {
    served = await ServedProgram.start(["--sequences", "2", "--grace", "120"], { HEARTH_TOKEN: token });
  });

  after(() => (served.process.exitCode === null ? served.stop() : served.program.remove()));

  /** These weights' greedy answer to this question is longer than any that is asked for here. */
  function ask(client: string, body: object, signal?: AbortSignal): Promise<Response> {
    const whole = { messages: [{ role: "user", content: "client 0 asks" }], temperature: 0, user: client, ...body };
    const headers = { "content-type": "application/json", authorization: `Bearer ${token}` };
    return fetch(`${served.url}/v1/chat/completions`, { method: "POST", headers, body: JSON.stringify(whole), ...(signal && { signal }) });
  }

  async function metric(line: string): Promise<number> {
    const text = await (await fetch(`${served.url}/metrics`, { headers: { authorization: `Bearer ${token}` } })).text();
    return Number(text.split("\n").find((each) => each.startsWith(`${line} `))?.split(" ").at(-1) ?? 0);
  }

  async function reaches(line: string, least: number): Promise<void> {
    while ((await metric(line)) < least) await sleep(20);
  }

  /** "whole", or the code of the error that it ended with. */
  async function outcome(asked: Promise<Response>): Promise<string> {
    const reply = await asked;
    const text = await reply.text();
    if (reply.status !== 200) return (JSON.parse(text) as { error: { code: string } }).error.code;
    return text.includes("data: [DONE]") ? "whole" : (/"code":"([\w-]+)"/.exec(text)?.[1] ?? text);
  }

  it("takes its token from the environment", async () => {
    assert.equal((await fetch(`${served.url}/v1/models`)).status, 401);
    assert.equal((await ask("first", { max_tokens: 2 })).status, 200);
  });

  it("an engine that is killed under load ends the running answers with an error, and those that wait are answered", async () => {
    const asked = Array.from({ length: 8 }, (_, client) => outcome(ask(`client ${client}`, { stream: true, max_tokens: 400, seed: client })));
    await reaches("hearth_queue_waiting", 1);
    const engine = family(served.process.pid!).find((id) => commandLine(id).includes("engine.mjs"));
    assert.ok(engine);
    process.kill(engine, "SIGKILL");
    const outcomes = await Promise.all(asked);
    const failed = outcomes.filter((each) => each !== "whole");
    assert.ok(failed.length >= 1 && failed.length <= 2, outcomes.join(", "));
    assert.deepEqual([...new Set(failed)], ["engine-stopped"]);
    assert.equal(await outcome(ask("afterwards", { stream: true, max_tokens: 5 })), "whole");
  });

  it("clients that leave free their places, in the answer and in the prompt", async () => {
    const before = await metric('hearth_answers_total{stop_reason="aborted"}');
    const leaving = new AbortController();
    const long = { messages: [{ role: "user", content: "word ".repeat(1500) }], max_tokens: 400 };
    const gone = [ask("in the answer", { stream: true, max_tokens: 1000 }, leaving.signal), ask("in the prompt", long, leaving.signal)];
    await reaches("hearth_queue_running", 2);
    const next = ask("next", { max_tokens: 2 });
    await reaches("hearth_queue_waiting", 1);
    leaving.abort();
    await Promise.allSettled(gone);
    assert.equal((await next).status, 200);
    await reaches('hearth_answers_total{stop_reason="aborted"}', before + 1);
    assert.equal(await metric("hearth_queue_running"), 0);
  });

  it("a stop lets the running answer end, refuses those that wait, and exits with 0", async () => {
    const running = ["a", "b"].map((client) => outcome(ask(client, { stream: true, max_tokens: 1000 })));
    await reaches("hearth_queue_running", 2);
    const waiting = outcome(ask("c", { stream: true, max_tokens: 300 }));
    await reaches("hearth_queue_waiting", 1);
    const ended = once(served.process, "close");
    process.kill(-served.process.pid!, "SIGINT"); // to the whole group, as a terminal does
    assert.equal(await waiting, "stopping");
    assert.deepEqual(await Promise.all(running), ["whole", "whole"]);
    assert.deepEqual(await ended, [0, null]);
  });
});
