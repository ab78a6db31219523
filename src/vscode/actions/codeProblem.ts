import type { Diagnostic } from "vscode";
import type { CodeProblem } from "../../chat/edits/editInstructions";
import { pathLabel } from "../workspacePaths";

/** Places of a problem that go along. */
const mostRelated = 5;

/** What the editor shows as a problem, for the model. */
export function codeProblem({ message, range, code, source, relatedInformation = [] }: Diagnostic): CodeProblem {
  const number = typeof code === "object" ? code.value : code;
  const named = [source, number].filter((part) => part !== undefined && part !== "").join(" ");
  return {
    message,
    line: range.start.line + 1,
    ...(named !== "" && { code: named }),
    related: relatedInformation.slice(0, mostRelated).map(({ location, message: text }) => ({ path: pathLabel(location.uri), line: location.range.start.line + 1, message: text })),
  };
}
