import { CodeAction, type CodeActionContext, CodeActionKind, type CodeActionProvider, type Command, commands, type Diagnostic, languages, type Range, type TextDocument } from "vscode";
import { type Disposable, DisposableStore } from "../../common/disposable";
import { t } from "../../common/l10n";
import type { Log } from "../../common/log";
import { withModelErrorsShown } from "../edits/showModelError";
import type { Editing } from "../edits/createEditing";
import type { CommandId } from "../commandIds";
import { fixProblem } from "./editCode";

/** Not in the palette: it takes what the light bulb was shown for. */
const fixCommand = "_hearth.fixProblem";
const schemes = ["file", "untitled", "vscode-remote", "vscode-vfs", "vscode-notebook-cell"];
/** Problems of one line that are offered. */
const mostFixes = 3;
const longestMessage = 80;

/** Offers what Hearth can do with the code at the cursor. Nothing is looked at before something is chosen. */
export function registerCodeActions(editing: Pick<Editing, "edits" | "modelName">, log: Log): Disposable {
  const store = new DisposableStore();
  const kinds = [CodeActionKind.QuickFix, CodeActionKind.RefactorRewrite, CodeActionKind.Refactor];
  store.add(languages.registerCodeActionsProvider(schemes.map((scheme) => ({ scheme })), provider, { providedCodeActionKinds: kinds }));
  const fix = (document: TextDocument, problem: Diagnostic) => withModelErrorsShown(log, editing.modelName, () => fixProblem(editing.edits, document.uri, problem));
  store.add(commands.registerCommand(fixCommand, fix));
  return store;
}

const provider: CodeActionProvider = {
  provideCodeActions: (document, range, context) => [...fixes(document, context), ...rewrites(range, context)],
};

function fixes(document: TextDocument, { diagnostics, only }: CodeActionContext): readonly CodeAction[] {
  if (only && !only.contains(CodeActionKind.QuickFix)) return [];
  return diagnostics.slice(0, mostFixes).map((problem) => {
    const title = t("Fix with Hearth: {0}", short(problem.message));
    const action = codeAction(title, CodeActionKind.QuickFix, { command: fixCommand, title, arguments: [document, problem] });
    action.diagnostics = [problem];
    return action;
  });
}

function rewrites(range: Range, { only }: CodeActionContext): readonly CodeAction[] {
  if (range.isEmpty || (only && !only.intersects(CodeActionKind.Refactor))) return [];
  return [
    forCommand(t("Explain with Hearth"), CodeActionKind.Refactor.append("explain"), "hearth.explainSelection"),
    forCommand(t("Refactor with Hearth"), CodeActionKind.RefactorRewrite.append("hearth"), "hearth.refactorCode"),
    forCommand(t("Document with Hearth"), CodeActionKind.RefactorRewrite.append("document"), "hearth.documentCode"),
    forCommand(t("Edit with Hearth…"), CodeActionKind.RefactorRewrite.append("edit"), "hearth.inlineEdit"),
  ];
}

function forCommand(title: string, kind: CodeActionKind, command: CommandId): CodeAction {
  return codeAction(title, kind, { command, title });
}

function codeAction(title: string, kind: CodeActionKind, command: Command): CodeAction {
  const action = new CodeAction(title, kind);
  action.command = command;
  return action;
}

function short(message: string): string {
  const [line = ""] = message.split("\n");
  return line.length > longestMessage ? `${line.slice(0, longestMessage)}…` : line;
}
