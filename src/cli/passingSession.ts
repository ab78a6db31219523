import { describeError } from "../common/errors";
import type { Log } from "../common/log";
import type { ChatSession } from "../chat/session";
import { raceSignal } from "../common/raceSignal";
import type { Core } from "./core";

/** How long an engine may take to remove what is left. */
const limitMs = 3000;

/**
 * A conversation that ends with the command. Nothing can go on from it afterwards, so its KV state does not stay on
 * disk, where it would take the place of states that somebody comes back to.
 */
export async function withPassingSession<T>({ sessions, engine }: Core, log: Log, work: (session: ChatSession) => Promise<T>): Promise<T> {
  const session = sessions.create();
  try {
    return await work(session);
  } finally {
    await forgetConversation(engine, session.conversation.id, log);
  }
}

/** Removes a conversation's KV state. An engine that does not is not waited for. */
export async function forgetConversation(engine: Core["engine"], id: string, log: Log): Promise<void> {
  await raceSignal(engine.forget(id), AbortSignal.timeout(limitMs)).catch((error: unknown) =>
    log.write("warn", `The conversation's state was not removed: ${describeError(error)}`),
  );
}
