/** What the editor's actions ask the model to change. */
export type EditAction = (typeof editActions)[number];

export const editActions = ["fix", "document", "refactor"] as const;

const instructions: Readonly<Record<EditAction, string>> = {
  fix: "Find what is wrong with this code and fix it. Change nothing else.",
  document: "Add documentation comments in the form this language uses: meaning, units, defaults, errors. Change no code.",
  refactor: "Make this code easier to read and to change without changing what it does.",
};

/** A problem that a tool has found in the code. Lines are 1-based. */
export interface CodeProblem {
  readonly message: string;
  readonly line: number;
  /** Such as "ts 2322"; absent: the tool gives none. */
  readonly code?: string;
  /** Places that have to do with it. */
  readonly related: readonly { readonly path: string; readonly line: number; readonly message: string }[];
}

export function editInstruction(action: EditAction): string {
  return instructions[action];
}

/** @param text the line that the problem is in */
export function fixInstruction(problem: CodeProblem, text: string): string {
  return `Fix this problem and change nothing else:\n${problemText(problem)}\nThe line is: ${text.trim()}`;
}

/** A problem in words, with the places that have to do with it. */
export function problemText({ message, line, code, related }: CodeProblem): string {
  const head = `Line ${line}: ${message}${code === undefined ? "" : ` (${code})`}`;
  return [head, ...related.map((one) => `- ${one.path}:${one.line}: ${one.message}`)].join("\n");
}
