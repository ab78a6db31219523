import { setTimeout as sleep } from "node:timers/promises";
import { isAbortError } from "../../../src/common/errors";

export interface ClientWish {
  readonly url: string;
  readonly id: number;
  /** By `performance.now()`; the answer that runs then is the last. */
  readonly until: number;
  readonly maxTokens: number;
  /** Share of answers that are left in the middle, 0 to 1. */
  readonly leave: number;
}

export interface ClientRecord {
  readonly id: number;
  answers: number;
  tokens: number;
  left: number;
  refused: number;
  /** From the request to the first text, its wait in the queue included; of requests that were not refused. */
  readonly firstTokenMs: number[];
  readonly errors: string[];
}

interface Message {
  readonly role: "user" | "assistant";
  readonly content: string;
}

/** Longest conversation; then the client begins a new one. */
const mostTurns = 4;
const words = "parse the configuration and tell what each of its values means for a queue that serves several clients in turn".split(" ");

/** One client: asks, reads its answer, asks again, until the time is over. */
export async function runClient(wish: ClientWish): Promise<ClientRecord> {
  const record: ClientRecord = { id: wish.id, answers: 0, tokens: 0, left: 0, refused: 0, firstTokenMs: [], errors: [] };
  let messages: Message[] = [];
  for (let turn = 0; performance.now() < wish.until; turn++) {
    const question = { role: "user", content: `${wish.id}.${turn} ${words.slice(turn % 7, 7 + ((turn * 5 + wish.id) % 12)).join(" ")}` } as const;
    const answer = await ask(wish, record, [...messages, question]).catch((error: unknown) => {
      // The reader's own leaving ends its stream with an error, too.
      if (!isAbortError(error)) record.errors.push(String(error));
      return undefined;
    });
    messages = answer === undefined || messages.length >= 2 * mostTurns ? [] : [...messages, question, { role: "assistant", content: answer }];
  }
  return record;
}

/** The whole answer; undefined when it was refused, or left in the middle. */
async function ask({ url, id, maxTokens, leave }: ClientWish, record: ClientRecord, messages: readonly Message[]): Promise<string | undefined> {
  const leaving = new AbortController();
  const body = JSON.stringify({ messages, stream: true, stream_options: { include_usage: true }, max_tokens: maxTokens, temperature: 1, seed: id, user: `client ${id}` });
  const startedAt = performance.now();
  const reply = await fetch(`${url}/v1/chat/completions`, { method: "POST", headers: { "content-type": "application/json" }, body, signal: leaving.signal });
  if (reply.status === 429) return refused(reply, record);
  if (!reply.ok) throw new Error(`${reply.status} ${await reply.text()}`);
  const leavesAfter = random(id, record.answers + record.left) < leave ? 3 : Infinity;
  const seen = { text: "", pieces: 0, tokens: 0, isWhole: false };
  for await (const data of events(reply)) {
    if (data === "[DONE]") seen.isWhole = true;
    else take(JSON.parse(data) as Chunk, seen);
    if (seen.pieces === 1 && seen.text !== "") record.firstTokenMs.push(performance.now() - startedAt);
    if (seen.pieces < leavesAfter) continue;
    record.left++;
    leaving.abort();
    return undefined;
  }
  if (!seen.isWhole) throw new Error("The stream ended before its end.");
  record.answers++;
  record.tokens += seen.tokens;
  return seen.text;
}

interface Chunk {
  readonly choices?: readonly { readonly delta: { readonly content?: string } }[];
  readonly usage?: { readonly completion_tokens: number } | null;
  readonly error?: { readonly message: string };
}

function take({ choices, usage, error }: Chunk, seen: { text: string; pieces: number; tokens: number }): void {
  if (error) throw new Error(error.message);
  if (usage) seen.tokens = usage.completion_tokens;
  const text = choices?.[0]?.delta.content ?? "";
  if (text === "") return;
  seen.text += text;
  seen.pieces++;
}

async function refused(reply: Response, record: ClientRecord): Promise<undefined> {
  await reply.text();
  const seconds = Number(reply.headers.get("retry-after"));
  if (!(seconds >= 1)) throw new Error("429 without Retry-After");
  record.refused++;
  await sleep(seconds * 1000);
}

async function* events(reply: Response): AsyncGenerator<string, void, undefined> {
  let rest = "";
  for await (const bytes of reply.body!.pipeThrough(new TextDecoderStream())) {
    const blocks = (rest + bytes).split("\n\n");
    rest = blocks.pop() ?? "";
    for (const block of blocks) if (block.startsWith("data: ")) yield block.slice("data: ".length);
  }
}

/** The same numbers in every run, from 0 to 1. */
function random(client: number, count: number): number {
  const mixed = Math.imul(client * 7919 + count * 104_729 + 1, 2_654_435_761) >>> 0;
  return mixed / 2 ** 32;
}
