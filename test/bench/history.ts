// Measures how long the history takes to list and to search stored chats: `node scripts/bench.mjs history [COUNT]`, by default 1,000 chats of six questions with answers of 3,000 characters.
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { ChatHistory } from "../../src/chat/chatHistory";
import { newConversation, newTurn, withTurn } from "../../src/chat/conversation";
import { serializeConversation } from "../../src/chat/conversationFile";
import { ConversationLibrary } from "../../src/chat/conversationLibrary";
import type { Conversation } from "../../src/chat/types";
import { silentLog } from "../../src/common/log";

const [count = 1000] = process.argv.slice(2).map(Number);
const questions = 6;
const answer = "The zone of a parcel is looked up by its postcode. ".repeat(60);

function madeUp(at: number): Conversation {
  let conversation = newConversation();
  for (let turn = 0; turn < questions; turn++) {
    const asked = newTurn({ text: `Question ${turn} of chat ${at}: how are parcels sorted?`, attachments: [] }, conversation.leaf, undefined, Date.now() - at * 3_600_000 + turn);
    conversation = withTurn(conversation, { ...asked, answerText: answer, answerTokens: Array.from({ length: 700 }, (_, token) => token), status: { kind: "running" } });
  }
  return conversation;
}

/** A history as a window that has just been opened has it. */
function freshHistory(root: string): ChatHistory {
  const library = new ConversationLibrary({ root, key: "here", name: "Here", log: silentLog });
  const sessions = { opened: () => Promise.resolve(undefined), close: () => Promise.resolve() };
  return new ChatHistory({ library, sessions, model: { forget: () => Promise.resolve() }, log: silentLog });
}

async function timed(what: string, act: () => Promise<{ readonly length: number }>): Promise<void> {
  const [start, cpu] = [performance.now(), process.cpuUsage()];
  const { length } = await act();
  const { user, system } = process.cpuUsage(cpu);
  console.log(`${what.padEnd(46)} ${(performance.now() - start).toFixed(0).padStart(6)} ms on the clock, ${((user + system) / 1000).toFixed(0).padStart(6)} ms of processor time, ${length} rows`);
}

const root = await mkdtemp(path.join(tmpdir(), "hearth-bench-history-"));
try {
  await mkdir(path.join(root, "here"));
  for (let at = 0; at < count; at++) {
    const conversation = madeUp(at);
    await writeFile(path.join(root, "here", `${conversation.id}.json`), serializeConversation(conversation));
  }
  const first = freshHistory(root);
  await timed("the very first time, without an index", () => first.list({ query: "", all: false }));
  await timed("again", () => first.list({ query: "", all: false }));
  await timed("a search", () => first.list({ query: "chat 77", all: false }));
  await timed("another search", () => first.list({ query: "parcels sorted 99", all: false }));
  const second = freshHistory(root);
  await timed("in a window that was just opened", () => second.list({ query: "", all: false }));
} finally {
  await rm(root, { recursive: true });
}
