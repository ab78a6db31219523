/**
 * `npm run bench:service [-- --minutes 5] [--clients 32] [--sequences 2]`: `hearth serve` on a small model (random weights,
 * so the answers are noise) under clients that ask as fast as they are answered. Each goes on with its own conversation for
 * some turns; some leave in mid-stream. Fails when anything but 429 goes wrong, when the memory of all its processes at
 * the end is more than 5 % above that of the first minute, when a client got less than half of what another got, or when
 * a client that left kept its place for more than a second.
 */
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { testModel } from "../fixtures/models";
import { percentile } from "./index/results";
import { residentBytes } from "./processMemory";
import { type ClientRecord, runClient } from "./service/client";
import { judge, type Load } from "./service/judge";
import { leavingMs } from "./service/leaving";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "5" },
    clients: { type: "string", default: "32" },
    sequences: { type: "string", default: "2" },
    "max-queue": { type: "string", default: "64" },
    "max-tokens": { type: "string", default: "48" },
    /** Share of answers whose reader leaves in the middle. */
    leave: { type: "string", default: "0.05" },
    threads: { type: "string", default: "1" },
    model: { type: "string" },
    program: { type: "string", default: "dist/cli.mjs" },
  },
});

interface Served {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<number | null>;
}

async function serve(home: string): Promise<Served> {
  const model = values.model ?? (await testModel("phi3"));
  const options = ["--model", model, "--sequences", values.sequences, "--max-queue", values["max-queue"], "--threads", values.threads];
  const args = ["serve", "--port", "0", "--json", "--no-context", "--gpu-layers", "0", "--context-size", "1024", ...options];
  const child = spawn(process.execPath, [values.program, ...args], { stdio: ["ignore", "pipe", "inherit"], env: { ...process.env, HEARTH_HOME: home, HEARTH_TOKEN: "" } });
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  for await (const line of createInterface({ input: child.stdout })) {
    const row = JSON.parse(line) as { type: string; url?: string };
    if (row.type !== "listening") continue;
    const stop = () => (child.kill("SIGINT"), ended);
    return { url: String(row.url), pid: child.pid!, stop };
  }
  throw new Error("The service did not start.");
}

/** Resident bytes of all processes, at the end of each minute. */
function watchMemory(pid: number, everyMs: number): { readonly minutes: number[]; stop(): void } {
  const minutes: number[] = [];
  const timer = setInterval(() => minutes.push(residentBytes(pid)), everyMs);
  return { minutes, stop: () => clearInterval(timer) };
}

async function load({ url, pid }: Served): Promise<Load> {
  const count = Number(values.clients);
  const lengthMs = Number(values.minutes) * 60_000;
  const memory = watchMemory(pid, Math.min(60_000, lengthMs / 5));
  const until = performance.now() + lengthMs;
  const maxTokens = Number(values["max-tokens"]);
  const clients = await Promise.all(Array.from({ length: count }, (_, id) => runClient({ url, id, until, maxTokens, leave: Number(values.leave) })));
  memory.stop();
  return { clients, memory: memory.minutes, minutes: Number(values.minutes) };
}

function report({ clients, memory }: Load, servedMetrics: string): void {
  const all = (of: (client: ClientRecord) => readonly number[]) => clients.flatMap(of).sort((a, b) => a - b);
  const [firstTokens, answers, tokens] = [all((client) => client.firstTokenMs), all((client) => [client.answers]), all((client) => [client.tokens])];
  const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
  const seconds = (ms: number) => (ms / 1000).toFixed(2);
  console.table({
    "answers, whole": sum(answers),
    "readers that left": sum(clients.map((client) => client.left)),
    "refused with 429": sum(clients.map((client) => client.refused)),
    "answers of a client, least": answers[0],
    "answers of a client, most": answers.at(-1),
    "tokens of a client, least": tokens[0],
    "tokens of a client, most": tokens.at(-1),
    "first token, median s": seconds(percentile(firstTokens, 0.5)),
    "first token, 95th s": seconds(percentile(firstTokens, 0.95)),
    "first token, longest s": seconds(firstTokens.at(-1) ?? 0),
    "memory by minute, MB": memory.map((bytes) => Math.round(bytes / 1e6)).join(" "),
  });
  console.log(servedMetrics.split("\n").filter((line) => /^hearth_(resident|queue_(waiting|running)|answers|tokens)/.test(line)).join("\n"));
}

async function main(): Promise<void> {
  const home = await mkdtemp(path.join(os.tmpdir(), "hearth-bench-service-"));
  const served = await serve(home);
  try {
    const loaded = await load(served);
    report(loaded, await (await fetch(`${served.url}/metrics`)).text());
    const freed = await leavingMs(served.url, Number(values.sequences));
    console.log(`after a client left, the next one was answered: median ${Math.round(percentile(freed, 0.5))} ms, longest ${Math.round(freed.at(-1) ?? 0)} ms`);
    const problems = judge(loaded);
    if ((freed.at(-1) ?? 0) > 1000) problems.push("A client that left kept its place for more than a second.");
    const code = await served.stop();
    if (code !== 0) problems.push(`The service ended with ${code ?? "a signal"}.`);
    for (const problem of problems) console.error(`FAILED: ${problem}`);
    if (problems.length === 0) console.log("passed");
    process.exitCode = problems.length === 0 ? 0 : 1;
  } finally {
    await served.stop();
    await rm(home, { recursive: true, force: true });
  }
}

await main();
