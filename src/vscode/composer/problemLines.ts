import { cutText } from "../../chat/attachmentText";

export interface Problem {
  readonly path: string;
  /** 1-based. */
  readonly line: number;
  readonly column: number;
  /** 0 is an error, 3 a hint. */
  readonly severity: number;
  readonly message: string;
  /** Who says so, such as "ts". */
  readonly source: string | undefined;
  readonly code: string | undefined;
}

/** Problems that go into a question; the others are counted. */
const mostProblems = 200;
const names = ["error", "warning", "information", "hint"];

/** One a line, errors first: `src/a.ts:3:7 error TS2322: message`. Lines of a message that has several are indented. */
export function problemLines(problems: readonly Problem[]): string {
  const sorted = [...problems].sort((a, b) => a.severity - b.severity || compare(a.path, b.path) || a.line - b.line || a.column - b.column);
  const rest = sorted.length - mostProblems;
  const lines = sorted.slice(0, mostProblems).map(problemLine);
  return cutText([...lines, ...(rest > 0 ? [`… and ${rest} more`] : [])].join("\n")).text;
}

function problemLine({ path, line, column, severity, message, source, code }: Problem): string {
  const name = [names[severity] ?? "problem", ...(source === undefined ? [] : [source]), ...(code === undefined ? [] : [code])].join(" ");
  return `${path}:${line}:${column} ${name}: ${message.trim().replaceAll(/\r?\n/g, "\n    ")}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
