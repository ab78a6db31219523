import { t } from "../common/l10n";
import { rangeLabel } from "./rangeLabel";
import { branchOf } from "./conversation";
import { serializeConversation } from "./conversationFile";
import type { Attachment, Conversation, Turn } from "./types";
import { fenced } from "./userMessage";

export type ExportFormat = "markdown" | "json";

/** The text of a conversation's file; markdown has the branch that is shown, JSON has all of them and can be read again. */
export function exportConversation(conversation: Conversation, format: ExportFormat): string {
  return format === "json" ? serializeConversation(conversation) : conversationMarkdown(conversation);
}

/** A name for the file, of letters and digits, such as "where-are-zones-kept.md". */
export function exportName({ title }: Conversation, format: ExportFormat): string {
  const words = title.normalize("NFC").toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  const name = words.join("-").slice(0, 60).replace(/-+$/, "");
  return `${name === "" ? "chat" : name}.${format === "json" ? "json" : "md"}`;
}

/** Questions with what was attached, and answers with the model and the time. */
export function conversationMarkdown(conversation: Conversation): string {
  const sections = branchOf(conversation).flatMap(turnSections);
  return `${[`# ${oneLine(conversation.title)}`, ...sections].join("\n\n")}\n`;
}

function turnSections(turn: Turn): readonly string[] {
  return [`## ${t("Question")}`, `*${time(turn.askedAt)}*`, turn.question.text, ...turn.question.attachments.map(attachmentSection), `## ${t("Answer")}`, ...answerSections(turn)];
}

function attachmentSection(attachment: Attachment): string {
  return `${t("Attached:")} \`${oneLine(attachment.label ?? rangeLabel(attachment)).replaceAll("`", "'")}\`\n\n${fenced(attachment.text, attachment.language)}`;
}

function answerSections({ status, answerText, citations }: Turn): readonly string[] {
  const sources = citations.map((citation) => `- \`${rangeLabel(citation)}\``);
  return [
    ...(answerText === "" ? [] : [closedFences(answerText.trim())]),
    ...(status.kind === "failed" ? [`> ${oneLine(status.error.message)}`] : []),
    ...(sources.length === 0 ? [] : [`${t("Sources:")}\n\n${sources.join("\n")}`]),
    ...(status.kind === "done" ? [`*${status.record.model} (${status.record.modelHash.slice(0, 12)})*`] : []),
    ...(status.kind === "searchResults" ? [`*${t("Search results: there was no model to answer.")}*`] : []),
  ];
}

/** An answer that was cut inside a code block must not swallow what follows it. */
function closedFences(text: string): string {
  let open: string | undefined;
  for (const line of text.split("\n")) {
    const [, mark = "", rest = ""] = /^ {0,3}(`{3,}|~{3,})(.*)$/.exec(line) ?? [];
    if (mark === "") continue;
    if (open === undefined) open = mark.startsWith("`") && rest.includes("`") ? undefined : mark;
    else if (mark.startsWith(open) && rest.trim() === "") open = undefined;
  }
  return open === undefined ? text : `${text}\n${open}`;
}

function time(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}
