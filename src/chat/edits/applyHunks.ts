import { HearthError } from "../../common/errors";
import { t } from "../../common/l10n";
import { type Hunk, originalEnd, proposedEnd, splitLines } from "./hunks";

/** The original with the hunk's change in it. Throws "bad-use" where its lines are not those of the hunk any more. */
export function acceptHunk(original: string, hunk: Hunk): string {
  return splice(original, hunk.originalStart, hunk.originalLines, hunk.proposedLines);
}

/** The proposal with the hunk's change taken out of it. Throws "bad-use" where its lines are not those of the hunk any more. */
export function rejectHunk(proposed: string, hunk: Hunk): string {
  return splice(proposed, hunk.proposedStart, hunk.proposedLines, hunk.originalLines);
}

/**
 * The hunk at a line of one side, 0-based; a place between lines belongs to the lines around it. Of several the first.
 * Undefined where nothing is changed.
 */
export function hunkAt(hunks: readonly Hunk[], line: number, side: "original" | "proposed"): Hunk | undefined {
  const [start, end] = side === "original" ? [originalStartOf, originalEnd] : [proposedStartOf, proposedEnd];
  return hunks.find((hunk) => line >= start(hunk) && line < end(hunk)) ?? hunks.find((hunk) => start(hunk) === end(hunk) && (line === start(hunk) || line === start(hunk) - 1));
}

function originalStartOf(hunk: Hunk): number {
  return hunk.originalStart;
}

function proposedStartOf(hunk: Hunk): number {
  return hunk.proposedStart;
}

function splice(text: string, start: number, expected: readonly string[], lines: readonly string[]): string {
  const all = splitLines(text);
  const fits = start <= all.length && expected.every((line, at) => all[start + at] === line);
  if (!fits) throw doesNotFit();
  return [...all.slice(0, start), ...lines, ...all.slice(start + expected.length)].join("");
}

/** The file has other lines in the place of a change than when it was proposed. */
export function doesNotFit(): HearthError {
  return new HearthError("bad-use", t("These lines have changed since the change was proposed."), {
    remedy: t("Reject the change to keep them as they are, or undo what you changed there."),
  });
}
