import { randomUUID } from "node:crypto";
import { errorCode, HearthError } from "../common/errors";
import { t } from "../common/l10n";
import { parseConversation, settleTurn } from "./conversationFile";
import type { Conversation, TurnWindow } from "./types";

/**
 * The conversation of an exported JSON file. It and its turns get new ids: whatever the file says, nothing that is
 * stored is written over, and the same file can be read twice. Throws "bad-use" when it is no such file.
 */
export function importConversation(text: string): Conversation {
  const conversation = parsed(text);
  if (conversation.turns.length === 0) throw new HearthError("bad-use", t("The file holds a chat without any question."), { remedy: t("Pick another file.") });
  return withFreshIds(conversation);
}

/** The same conversation under ids of its own. */
export function withFreshIds(conversation: Conversation): Conversation {
  const ids = new Map(conversation.turns.map(({ id }) => [id, randomUUID() as string]));
  const idOf = (id: string) => ids.get(id) ?? id;
  const windowOf = (window: TurnWindow): TurnWindow => ({ ...window, dropped: window.dropped.map(idOf), withoutCode: window.withoutCode.map(idOf) });
  const { compacted, leaf, turns, ...head } = conversation;
  return {
    ...head,
    id: randomUUID(),
    turns: turns.map((turn) => ({ ...turn, id: idOf(turn.id), parent: turn.parent === undefined ? undefined : idOf(turn.parent), window: windowOf(turn.window) })),
    leaf: leaf === undefined ? undefined : idOf(leaf),
    ...(compacted && { compacted: { leaf: idOf(compacted.leaf), window: windowOf(compacted.window) } }),
  };
}

function parsed(text: string): Conversation {
  try {
    const conversation = parseConversation(text);
    return { ...conversation, turns: conversation.turns.map(settleTurn) };
  } catch (error) {
    if (errorCode(error) === "bad-use") throw error;
    const reason = error instanceof SyntaxError ? t("It is not JSON.") : t("It has not the shape of an exported chat.");
    throw new HearthError("bad-use", t("The file is no chat of Hearth. {0}", reason), { remedy: t("Pick a file that was exported as JSON."), cause: error });
  }
}
