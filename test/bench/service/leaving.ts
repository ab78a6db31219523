import { setTimeout as sleep } from "node:timers/promises";

const rounds = 10;

/**
 * How long after a client left the next one in the queue had its answer of one token, in milliseconds, the shortest first:
 * half of them leave in the middle of an answer, half while a long prompt is read. What the next one's own prompt takes is
 * in it.
 */
export async function leavingMs(url: string, sequences: number): Promise<readonly number[]> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) times.push(await leaveOnce(url, sequences, round % 2 === 0 ? "answer" : "prompt"));
  return times.sort((a, b) => a - b);
}

async function leaveOnce(url: string, sequences: number, during: "answer" | "prompt"): Promise<number> {
  const leaving = new AbortController();
  const content = during === "answer" ? "client 0 asks" : `${performance.now()} ${"value ".repeat(800)}`;
  const busy = Array.from({ length: sequences }, (_, id) => post(url, `busy ${id}`, { messages: [{ role: "user", content }], max_tokens: 900, stream: true, temperature: 0 }, leaving.signal));
  if (during === "answer") await Promise.all(busy);
  else await metricReaches(url, "hearth_queue_running", sequences);
  const next = post(url, "next", { messages: [{ role: "user", content: "next" }], max_tokens: 1 });
  await metricReaches(url, "hearth_queue_running", sequences);
  const leftAt = performance.now();
  leaving.abort();
  await Promise.allSettled(busy);
  await (await next).text();
  return performance.now() - leftAt;
}

function post(url: string, user: string, body: object, signal?: AbortSignal): Promise<Response> {
  const init = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ ...body, user }) };
  return fetch(`${url}/v1/chat/completions`, { ...init, ...(signal && { signal }) });
}

async function metricReaches(url: string, name: string, least: number): Promise<void> {
  for (;;) {
    const text = await (await fetch(`${url}/metrics`)).text();
    if (Number(new RegExp(`^${name} (\\d+)`, "m").exec(text)?.[1] ?? 0) >= least) return;
    await sleep(2);
  }
}
