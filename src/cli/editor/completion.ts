import { displayWidth } from "../screen/displayWidth";

/** What may stand in the place of the text from `start` to the cursor. */
export interface Completion {
  readonly start: number;
  readonly candidates: readonly Candidate[];
}

export interface Candidate {
  readonly text: string;
  /** What is shown in the list; the text itself where absent. */
  readonly label?: string;
  /** More belongs to it, such as the files of a folder: no space follows. */
  readonly goesOn?: boolean;
}

/** @param before the text up to the cursor */
export type Completer = (before: string) => Promise<Completion>;

const mostListed = 40;
const gap = 2;

/** What is put in: the one candidate, or what all have in common. */
export function completedText(candidates: readonly Candidate[]): string {
  const [only, ...others] = candidates;
  if (!only) return "";
  if (others.length === 0) return only.goesOn === true ? only.text : `${only.text} `;
  return others.reduce((common, { text }) => commonStart(common, text), only.text);
}

/** Several candidates in columns. */
export function candidateRows(candidates: readonly Candidate[], columns: number): readonly string[] {
  const labels = candidates.slice(0, mostListed).map(({ text, label }) => label ?? text);
  const width = Math.min(columns, Math.max(...labels.map(displayWidth)) + gap);
  const perRow = Math.max(1, Math.floor(columns / width));
  const height = Math.ceil(labels.length / perRow);
  const rows = Array.from({ length: height }, (_, row) => rowOf(labels.filter((_label, at) => at % height === row), width).slice(0, columns));
  const left = candidates.length - labels.length;
  return left > 0 ? [...rows, `… and ${left} more`] : rows;
}

function rowOf(labels: readonly string[], width: number): string {
  return labels.map((label) => label + " ".repeat(Math.max(0, width - displayWidth(label)))).join("").trimEnd();
}

function commonStart(a: string, b: string): string {
  let length = 0;
  while (length < a.length && a[length]?.toLowerCase() === b[length]?.toLowerCase()) length++;
  return a.slice(0, length);
}
