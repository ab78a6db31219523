import { t } from "../../common/l10n";
import type { ViewMention, ViewMentionKind } from "../protocol";
import type { Shell } from "../shell";
import { kindIcons } from "./attachmentLook";
import type { Suggestion, Suggestions } from "./suggestionList";
import { removeWord, replaceText } from "./textEdit";
import type { Trigger } from "./trigger";

export type MentionTrigger = Extract<Trigger, { kind: "mention" }>;

/** What `@` and `#` offer: a row attaches something and takes its word out of the text, or opens the list of its kind. */
export async function mentionSuggestions(
  shell: Pick<Shell, "request">,
  field: HTMLTextAreaElement,
  trigger: MentionTrigger,
): Promise<Suggestions | undefined> {
  const { query, of } = trigger;
  const rows = await shell.request("mentions", of ? { query, kind: of } : { query });
  if (!rows) return undefined;
  return {
    title: of ? kindTitle(of) : t("Attach to the question"),
    rows: rows.map((row) => suggestion(row, () => choose(shell, field, trigger, row))),
    // Whoever has chosen a kind waits for something; other words may just begin with the sign.
    ...(of && { empty: query === "" ? t("Nothing to attach") : t("Nothing fits “{0}”", query) }),
  };
}

function suggestion({ kind, label, detail, opens = false }: ViewMention, act: () => void): Suggestion {
  return { icon: kindIcons[kind], label, opens, choose: act, ...(detail !== undefined && { detail }) };
}

function choose(shell: Pick<Shell, "request">, field: HTMLTextAreaElement, { start }: MentionTrigger, { kind, id, opens }: ViewMention): void {
  // More may have been typed since the row was shown.
  const end = field.selectionEnd;
  if (opens === true) return replaceText(field, start, end, `${field.value.charAt(start)}${kind}:`);
  removeWord(field, start, end);
  void shell.request("addMention", { kind, id });
}

function kindTitle(kind: ViewMentionKind): string {
  switch (kind) {
    case "file":
      return t("Files");
    case "folder":
      return t("Folders");
    case "symbol":
      return t("Symbols");
    case "selection":
      return t("Selection");
    case "openEditors":
      return t("Open editors");
    case "problems":
      return t("Problems");
    case "terminal":
      return t("Terminal");
    case "gitDiff":
      return t("Git changes");
    case "codebase":
      return t("Codebase");
    case "notebookCell":
      return t("Notebook cells");
    default:
      return kind satisfies never;
  }
}
