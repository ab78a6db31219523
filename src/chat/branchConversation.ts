import { HearthError } from "../common/errors";
import { t } from "../common/l10n";
import { branchTo, newConversation } from "./conversation";
import type { Conversation } from "./types";

const mark = " (branch)";

/**
 * A new conversation with the turns up to and including one of another. They keep their ids, by which the engine finds
 * the tokens that both have in common. Throws "bad-use" when there is no such turn, or it is not answered yet.
 */
export function branchConversation(source: Conversation, turnId: string): Conversation {
  const turns = branchTo(source, turnId);
  const last = turns.at(-1);
  if (!last) throw new HearthError("bad-use", t("The conversation has no such question."), { remedy: t("Open the conversation again.") });
  if (last.status.kind === "running") {
    throw new HearthError("bad-use", t("The question is still being answered, so nothing can branch off after it yet."), {
      remedy: t("Stop the answer or wait for its end."),
    });
  }
  const { compacted, title } = source;
  return {
    ...newConversation(),
    title: title.endsWith(mark) ? title : `${title}${mark}`,
    turns,
    leaf: turnId,
    ...(compacted?.leaf === turnId && { compacted }),
  };
}
