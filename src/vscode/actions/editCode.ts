import { type Diagnostic, DiagnosticSeverity, languages, Range, type TextDocument, type Uri, workspace } from "vscode";
import { t } from "../../common/l10n";
import { type EditAction, editInstruction, fixInstruction } from "../../chat/edits/editInstructions";
import { type LineRange, rangeAround } from "../../chat/edits/editRange";
import { editorToChange, selectedLines } from "../edits/inlineEdit";
import type { ModelEdits } from "../edits/modelEdits";
import { plainText } from "../edits/review";
import { codeProblem } from "./codeProblem";

/** Problems that one fix is asked to mend. */
const mostProblems = 5;

const titles: Readonly<Record<EditAction, () => string>> = {
  fix: () => t("Hearth: fixing the code"),
  document: () => t("Hearth: documenting the code"),
  refactor: () => t("Hearth: refactoring the code"),
};

/** Has the model change what is selected, or the function at the cursor, and shows the change as a diff. */
export async function editCode(edits: ModelEdits, action: EditAction): Promise<void> {
  const editor = editorToChange();
  const { document, selection } = editor;
  const range = selectedLines(editor) ?? rangeAround(plainText(document).split("\n"), selection.active.line);
  const problems = action === "fix" ? problemsIn(document, range) : [];
  const instruction = problems.length > 0 ? problems.map((one) => instructionFor(document, one)).join("\n\n") : editInstruction(action);
  await edits.run({ document, range, instruction, title: titles[action]() });
}

/** Has the model mend a problem that the editor shows. */
export async function fixProblem(edits: ModelEdits, uri: Uri, problem: Diagnostic): Promise<void> {
  const document = await workspace.openTextDocument(uri);
  const range = rangeAround(plainText(document).split("\n"), problem.range.start.line);
  const whole = { start: Math.min(range.start, problem.range.start.line), end: Math.max(range.end, problem.range.end.line + 1) };
  await edits.run({ document, range: whole, instruction: instructionFor(document, problem), title: titles.fix() });
}

function problemsIn(document: TextDocument, { start, end }: LineRange): readonly Diagnostic[] {
  const lines = new Range(start, 0, end, 0);
  return languages
    .getDiagnostics(document.uri)
    .filter(({ range, severity }) => severity <= DiagnosticSeverity.Warning && lines.intersection(range) !== undefined && range.start.line < end)
    .slice(0, mostProblems);
}

function instructionFor(document: TextDocument, problem: Diagnostic): string {
  const { line } = problem.range.start;
  return fixInstruction(codeProblem(problem), line < document.lineCount ? document.lineAt(line).text : "");
}
