import { titleOf } from "./conversation";
import { mendTree } from "./turnTree";
import type { Conversation, Turn } from "./types";

export interface Merging {
  /** What this process wants stored. */
  readonly mine: Conversation;
  /** What is stored. */
  readonly theirs: Conversation;
  /** Whether a turn of mine is as this process read or wrote it last, so that a newer state in `theirs` counts. */
  readonly isUnchanged: (turn: Turn) => boolean;
  /** Ids of turns that somebody removed. */
  readonly removed: ReadonlySet<string>;
}

/**
 * One conversation of two that processes have gone on with at the same time. Turns are only ever added or finished, so
 * the union of both loses nothing: answers to the same question become branches. Title and leaf are mine.
 */
export function mergeConversations({ mine, theirs, isUnchanged, removed }: Merging): Conversation {
  const own = new Map(mine.turns.map((turn) => [turn.id, turn]));
  const stored = new Set(theirs.turns.map((turn) => turn.id));
  const both = theirs.turns.map((turn) => newer(own.get(turn.id), turn, isUnchanged));
  const turns = [...both, ...mine.turns.filter((turn) => !stored.has(turn.id))].filter((turn) => !removed.has(turn.id)).sort((a, b) => a.askedAt - b.askedAt);
  const { compacted = theirs.compacted, ...rest } = mine;
  const isThere = compacted !== undefined && turns.some((turn) => turn.id === compacted.leaf);
  return mendTree({ ...rest, title: titleFor(mine, turns, removed), turns, ...(isThere && { compacted }) });
}

/** A title is the words of the first question, and goes with it. */
function titleFor({ title, turns: [first] }: Conversation, [left]: readonly Turn[], removed: ReadonlySet<string>): string {
  return first && left && removed.has(first.id) ? titleOf(left.question.text) : title;
}

function newer(mine: Turn | undefined, theirs: Turn, isUnchanged: (turn: Turn) => boolean): Turn {
  return mine && !isUnchanged(mine) ? mine : theirs;
}
