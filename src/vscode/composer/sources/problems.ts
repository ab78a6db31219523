import { type Diagnostic, languages, type TextDocument, type Uri } from "vscode";
import { t } from "../../../common/l10n";
import { textAttachment } from "../../../chat/attachmentText";
import type { ViewMention } from "../../../webview/protocol";
import { pathLabel } from "../../workspacePaths";
import { nothingThere } from "../nothingThere";
import { type Problem, problemLines } from "../problemLines";
import type { MentionSource } from "./mentionSource";

const ofFile = "file";
const ofWorkspace = "workspace";

/** What the editor's Problems view has: of the file in front, or else of the whole workspace. */
export function problemSource(document: () => TextDocument | undefined): MentionSource {
  const here = () => {
    const uri = document()?.uri;
    return uri ? problemsOf([[uri, languages.getDiagnostics(uri)]]) : [];
  };
  const all = () => problemsOf(languages.getDiagnostics());
  return {
    kind: "problems",
    head() {
      // Asked at every key, so they are only counted here.
      const length = languages.getDiagnostics().reduce((sum, [, diagnostics]) => sum + diagnostics.length, 0);
      return length === 0 ? undefined : { kind: "problems", id: "", label: t("Problems"), detail: counts(length) };
    },
    rows: () => Promise.resolve([...row(ofFile, t("Problems of the file in front"), here().length), ...row(ofWorkspace, t("Problems of the workspace"), all().length)]),
    resolve(id) {
      const own = here();
      const isOfFile = id === ofFile || (id !== ofWorkspace && own.length > 0);
      const problems = isOfFile ? own : all();
      if (problems.length === 0) return Promise.reject(nothingThere(t("The editor knows of no problems."), t("Open the file: most languages are checked once it is open.")));
      const place = isOfFile ? (problems[0]?.path ?? "") : t("the workspace");
      return Promise.resolve([textAttachment({ source: "problems", path: "problems", label: t("Problems of {0}", place), text: problemLines(problems) })]);
    },
  };
}

function row(id: string, label: string, count: number): readonly ViewMention[] {
  return count === 0 ? [] : [{ kind: "problems", id, label, detail: counts(count) }];
}

function counts(count: number): string {
  return count === 1 ? t("1 problem") : t("{0} problems", count);
}

function problemsOf(entries: readonly (readonly [Uri, readonly Diagnostic[]])[]): readonly Problem[] {
  return entries.flatMap(([uri, diagnostics]) => diagnostics.map((diagnostic) => problemOf(pathLabel(uri), diagnostic)));
}

function problemOf(path: string, { range, severity, message, source, code }: Diagnostic): Problem {
  const value = typeof code === "object" ? code.value : code;
  return { path, line: range.start.line + 1, column: range.start.character + 1, severity, message, source, code: value === undefined ? undefined : String(value) };
}
