import { titleOf } from "./conversation";
import type { ConversationHead } from "./store";
import { mendTree } from "./turnTree";
import type { Conversation, Turn } from "./types";

export interface Merging {
  /** What this process wants stored. */
  readonly mine: Conversation;
  /** What is stored. */
  readonly theirs: Conversation;
  /** The head as this process had it from there; what it has not changed since is theirs. Absent: all of it is mine. */
  readonly known?: ConversationHead | undefined;
  /** Whether a turn of mine is as this process read or wrote it last, so that a newer state in `theirs` counts. */
  readonly isUnchanged: (turn: Turn) => boolean;
  /** Ids of turns that somebody removed. */
  readonly removed: ReadonlySet<string>;
}

/**
 * One conversation of two that processes have gone on with at the same time. Turns are only ever added or finished, so
 * the union of both loses nothing: answers to the same question become branches. The leaf is mine.
 */
export function mergeConversations({ mine, theirs, known, isUnchanged, removed }: Merging): Conversation {
  const own = new Map(mine.turns.map((turn) => [turn.id, turn]));
  const stored = new Set(theirs.turns.map((turn) => turn.id));
  const both = theirs.turns.map((turn) => newer(own.get(turn.id), turn, isUnchanged));
  const turns = [...both, ...mine.turns.filter((turn) => !stored.has(turn.id))].filter((turn) => !removed.has(turn.id)).sort((a, b) => a.askedAt - b.askedAt);
  const { id, createdAt, leaf, compacted = theirs.compacted, session = theirs.session } = mine;
  const isThere = compacted !== undefined && turns.some((turn) => turn.id === compacted.leaf);
  return mendTree({ id, createdAt, ...mergeHeads(mine, theirs, known, { turns, removed }), turns, leaf, ...(isThere && { compacted }), ...(session !== undefined && { session }) });
}

interface Left {
  readonly turns: readonly Turn[];
  readonly removed: ReadonlySet<string>;
}

function mergeHeads(mine: Conversation, theirs: Conversation, known: ConversationHead | undefined, left: Left): ConversationHead {
  const sameTitle = known !== undefined && mine.title === known.title && (mine.titled ?? false) === (known.titled ?? false);
  const samePin = known !== undefined && (mine.pinned ?? false) === (known.pinned ?? false);
  const { title, titled } = sameTitle ? theirs : mine;
  const { pinned } = samePin ? theirs : mine;
  return {
    title: titled === true ? title : titleFor(title, mine.turns[0], left),
    ...(titled !== undefined && { titled }),
    ...(pinned !== undefined && { pinned }),
  };
}

/** A title that nobody gave is the words of the first question, and goes with it. */
function titleFor(title: string, first: Turn | undefined, { turns: [left], removed }: Left): string {
  return first && left && removed.has(first.id) ? titleOf(left.question.text) : title;
}

function newer(mine: Turn | undefined, theirs: Turn, isUnchanged: (turn: Turn) => boolean): Turn {
  return mine && !isUnchanged(mine) ? mine : theirs;
}
