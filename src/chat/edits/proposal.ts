import { acceptHunk, doesNotFit, rejectHunk } from "./applyHunks";
import { type Hunk, hunksBetween, originalEnd, proposedEnd, splitLines } from "./hunks";

/**
 * A proposed text for a file that goes on changing while it is looked at. `base` is the text that the proposal is a
 * change of: it follows the file, except where the file was changed in a place that the proposal changes, too.
 */
export interface Proposal {
  readonly base: string;
  readonly current: string;
  readonly proposed: string;
}

/** What the person sees as changes: from the file as it is to the proposal. */
export function shownHunks({ current, proposed }: Proposal): readonly Hunk[] {
  return hunksBetween(current, proposed);
}

/** Whether the file still has the lines that the hunk was proposed for. */
export function fits({ base, current }: Proposal, hunk: Hunk): boolean {
  return hunksBetween(base, current).every(({ proposedStart: start, proposedLines }) => !touch(start, start + proposedLines.length, hunk.originalStart, originalEnd(hunk)));
}

/** The file's text with the hunk in it. Throws "bad-use" where it does not fit. */
export function accepted(proposal: Proposal, hunk: Hunk): string {
  if (!fits(proposal, hunk)) throw doesNotFit();
  return acceptHunk(proposal.current, hunk);
}

/** The file's text with all hunks that fit, and how many do not. */
export function allAccepted(proposal: Proposal): { readonly text: string; readonly left: number } {
  const hunks = shownHunks(proposal);
  const fitting = hunks.filter((hunk) => fits(proposal, hunk));
  // From the end on, so that the places of those before stay.
  const text = fitting.toReversed().reduce(acceptHunk, proposal.current);
  return { text, left: hunks.length - fitting.length };
}

/** The proposal without the hunk. */
export function rejected(proposal: Proposal, hunk: Hunk): Proposal {
  return follow({ ...proposal, proposed: rejectHunk(proposal.proposed, hunk) }, proposal.current);
}

/**
 * The proposal after the file has changed: what was changed in another place is taken over, so that accepting the
 * proposal does not take it back. Changes that are the same on both sides are settled.
 */
export function follow({ base, proposed }: Proposal, current: string): Proposal {
  if (current === proposed) return { base: current, current, proposed };
  const ours = hunksBetween(base, proposed);
  let [newBase, newProposed] = [base, proposed];
  // From the end on, so that the places of those before stay.
  for (const theirs of hunksBetween(base, current).toReversed()) {
    const met = ours.filter((hunk) => touch(theirs.originalStart, originalEnd(theirs), hunk.originalStart, originalEnd(hunk)));
    if (met.length > 0 && !met.every((hunk) => same(hunk, theirs))) continue;
    newBase = put(newBase, theirs.originalStart, theirs);
    if (met.length === 0) newProposed = put(newProposed, proposedLine(ours, theirs.originalStart), theirs);
  }
  return { base: newBase, current, proposed: newProposed };
}

function put(text: string, start: number, { originalLines, proposedLines }: Hunk): string {
  const lines = splitLines(text);
  return [...lines.slice(0, start), ...proposedLines, ...lines.slice(start + originalLines.length)].join("");
}

/** Where a line of the base that no hunk touches stands in the proposal. */
function proposedLine(hunks: readonly Hunk[], line: number): number {
  const before = hunks.filter((hunk) => originalEnd(hunk) <= line).at(-1);
  return before ? line - originalEnd(before) + proposedEnd(before) : line;
}

/** Lines that only meet count, too: a change beside them is likely to belong to them. */
function touch(start: number, end: number, otherStart: number, otherEnd: number): boolean {
  return start <= otherEnd && otherStart <= end;
}

function same(one: Hunk, other: Hunk): boolean {
  return one.originalStart === other.originalStart && one.originalLines.length === other.originalLines.length && one.proposedLines.join("") === other.proposedLines.join("");
}
