import type { Conversation, Turn } from "./types";

/**
 * Ids of the turn and of all that come after it, in the order in which they were asked. The last one has nothing after it.
 */
export function descendantsOf(turns: readonly Turn[], id: string): readonly string[] {
  const found = new Set<string>();
  for (const turn of turns) if (turn.id === id || (turn.parent !== undefined && found.has(turn.parent))) found.add(turn.id);
  return [...found];
}

/**
 * The end of the branch to show when somebody looks at a turn: the one below it that was looked at last (`seen`: ids of
 * leaves, the latest last), otherwise the newest. Undefined: no such turn.
 */
export function leafBelow(turns: readonly Turn[], id: string, seen: readonly string[] = []): string | undefined {
  const below = descendantsOf(turns, id);
  const last = seen.findLast((leaf) => below.includes(leaf));
  return last === undefined ? below.at(-1) : descendantsOf(turns, last).at(-1);
}

/**
 * The conversation without these turns; what is left of it is sound. Where the end of the branch that is shown is gone,
 * another version of the first turn that is gone is shown, or what stands before it.
 */
export function withoutTurns(conversation: Conversation, ids: ReadonlySet<string>): Conversation {
  const { compacted, ...rest } = conversation;
  const turns = conversation.turns.filter((turn) => !ids.has(turn.id));
  const isKept = compacted !== undefined && !ids.has(compacted.leaf);
  return mendTree({ ...rest, turns, leaf: leafWithout(conversation, turns, ids), ...(isKept && { compacted }) });
}

function leafWithout({ turns, leaf }: Conversation, left: readonly Turn[], ids: ReadonlySet<string>): string | undefined {
  if (leaf === undefined || !ids.has(leaf)) return leaf;
  const byId = new Map(turns.map((turn) => [turn.id, turn]));
  let first = byId.get(leaf);
  for (let next = first; next && ids.has(next.id); next = next.parent === undefined ? undefined : byId.get(next.parent)) first = next;
  const sibling = left.findLast((turn) => turn.parent === first?.parent);
  return leafBelow(left, sibling?.id ?? first?.parent ?? "");
}

/**
 * What holds for every conversation, made true: ids are unique, a parent stands before its children, one that is
 * missing makes its children first turns, and the leaf is the end of a branch. A sound conversation stays as it is.
 */
export function mendTree(conversation: Conversation): Conversation {
  const turns = parentsFirst(conversation.turns);
  const { leaf } = conversation;
  return { ...conversation, turns, leaf: (leaf === undefined ? undefined : leafBelow(turns, leaf)) ?? turns.at(-1)?.id };
}

function parentsFirst(turns: readonly Turn[]): readonly Turn[] {
  const waiting = new Map(turns.map((turn) => [turn.id, turn]));
  const ordered = new Map<string, Turn>();
  for (const turn of turns) {
    for (const next of ancestry(turn, waiting)) {
      waiting.delete(next.id);
      const parent = next.parent !== undefined && ordered.has(next.parent) ? next.parent : undefined;
      ordered.set(next.id, parent === next.parent ? next : { ...next, parent });
    }
  }
  return [...ordered.values()];
}

/** The turns from the first one that still waits down to this one; a parent that is its own descendant counts as missing. */
function ancestry(turn: Turn, waiting: ReadonlyMap<string, Turn>): readonly Turn[] {
  const line = new Set<Turn>();
  let next = waiting.get(turn.id);
  while (next && !line.has(next)) {
    line.add(next);
    next = next.parent === undefined ? undefined : waiting.get(next.parent);
  }
  return [...line].reverse();
}
