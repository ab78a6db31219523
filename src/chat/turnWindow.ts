import { branchTo, historyOf, windowAfter } from "./conversation";
import type { Conversation, Turn, TurnWindow } from "./types";

/**
 * The window that a turn begins with. In the place of another turn (asked again, or edited) it is that one's, so that
 * what the cache holds stays good; after a turn it is what that one left out. What was folded by hand just before goes
 * before both.
 */
export function startingWindow(conversation: Conversation, turn: Pick<Turn, "id" | "parent">): TurnWindow {
  const folded = foldedByHand(conversation, turn);
  if (folded) return folded;
  const sibling = conversation.turns.findLast((other) => other.parent === turn.parent && other.id !== turn.id);
  return sibling?.window ?? carrySummary(windowAfter(conversation, turn.parent), branchTo(conversation, turn.parent));
}

/**
 * A fold by hand keeps the last question, and is shown at the end of the branch: it counts for what is asked after that
 * question, and for what is asked in its place.
 */
function foldedByHand({ compacted, leaf, turns }: Conversation, { parent }: Pick<Turn, "parent">): TurnWindow | undefined {
  if (!compacted || compacted.leaf !== leaf) return undefined;
  const counts = leaf === parent || turns.some((other) => other.id === leaf && other.parent === parent);
  return counts ? compacted.window : undefined;
}

/** The turns of a branch that the prompt shows. */
export function shownTurns(branch: readonly Turn[], window: TurnWindow): readonly Turn[] {
  const dropped = new Set(window.dropped);
  return historyOf(branch).filter((turn) => !dropped.has(turn.id));
}

/** Those of them whose code it shows, too. */
export function turnsWithCode(branch: readonly Turn[], window: TurnWindow): readonly Turn[] {
  const without = new Set(window.withoutCode);
  return shownTurns(branch, window).filter((turn) => turn.codeText !== "" && !without.has(turn.id));
}

/** The window after these turns, and the code of those, have left. A summary of its own outlives them. */
export function withLeft(window: TurnWindow, turns: readonly Turn[], codeOf: readonly Turn[] = []): TurnWindow {
  return {
    ...window,
    dropped: [...new Set([...window.dropped, ...turns.map((turn) => turn.id)])],
    withoutCode: [...new Set([...window.withoutCode, ...codeOf.map((turn) => turn.id)])],
  };
}

/** The window that shows the last `count` turns at most; undefined: any number. */
export function limitTurns(window: TurnWindow, branch: readonly Turn[], count: number | undefined): TurnWindow {
  const shown = shownTurns(branch, window);
  return count === undefined || shown.length <= count ? window : withLeft(window, shown.slice(0, shown.length - count));
}

/** Turns that have left and may come back where there is room: those that no summary stands for, and no window of turns keeps out. */
export function returningTurns(window: TurnWindow, branch: readonly Turn[], turnWindow: number | undefined): readonly Turn[] {
  const folded = new Set([window, ...branch.map((turn) => turn.window)].flatMap((other) => (other.summary === undefined ? [] : other.dropped)));
  const dropped = new Set(window.dropped.filter((id) => !folded.has(id)));
  const history = historyOf(branch);
  return history
    .slice(turnWindow === undefined ? 0 : Math.max(0, history.length - turnWindow))
    .filter((turn) => dropped.has(turn.id));
}

export function withReturned(window: TurnWindow, turns: readonly Turn[]): TurnWindow {
  const back = new Set(turns.map((turn) => turn.id));
  return { ...window, dropped: window.dropped.filter((id) => !back.has(id)) };
}

/**
 * A summary stands in the message of the turn that it was written for. When that turn is not shown, or never got its
 * answer, the summary goes on in the next message, so that what it stands for is not lost in silence.
 */
export function carrySummary(window: TurnWindow, branch: readonly Turn[]): TurnWindow {
  if (window.summary !== undefined) return window;
  const holder = branch.findLast((turn) => turn.window.summary !== undefined);
  if (holder?.window.summary === undefined || shownTurns(branch, window).includes(holder)) return window;
  return { ...window, summary: holder.window.summary };
}
