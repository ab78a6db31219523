import { turn } from "./samples";
import { withTurn } from "../../../src/chat/conversation";
import { fileStore } from "../../../src/chat/fileStore";
import { silentLog } from "../../../src/common/log";

/**
 * A window of its own: it goes on with one conversation, a question and its answer at a time, and prints each question's
 * id when its answer is stored. Arguments: folder, conversation, prefix of its ids, how many (0: until it is killed).
 */
async function main([folder = "", id = "", prefix = "", count = "0"]: readonly string[]): Promise<void> {
  const store = fileStore(folder, silentLog);
  let conversation = (await store.load(id))!;
  for (let at = 0; count === "0" || at < Number(count); at++) {
    const asked = turn(`${prefix}${at}`, { parent: conversation.leaf, answerText: "", answerTokens: [], status: { kind: "running" }, askedAt: Date.now() });
    conversation = withTurn(conversation, asked);
    await store.save(conversation);
    const answerText = `${prefix} `.repeat(500);
    conversation = withTurn(conversation, turn(asked.id, { parent: asked.parent, answerText, askedAt: asked.askedAt }));
    await store.save(conversation);
    process.stdout.write(`${asked.id}\n`);
  }
}

void main(process.argv.slice(2));
