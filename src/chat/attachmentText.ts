import { rangeLabel } from "./rangeLabel";
import type { Attachment } from "./types";

/** Most characters of one attachment; what is longer is cut at a line, and says so. */
export const mostAttachmentCharacters = 60_000;

export interface CutText {
  readonly text: string;
  /** Lines of the original that the text holds. */
  readonly lines: number;
}

/**
 * A text that is no longer than `limit` characters, cut after a whole line where it has to be; a single line that is
 * longer is cut in its middle. What was left out is said in one more line at the end, so that the model knows, too.
 */
export function cutText(text: string, limit = mostAttachmentCharacters): CutText {
  const lines = countLines(text);
  if (text.length <= limit) return { text, lines };
  const end = text.lastIndexOf("\n", limit);
  const kept = end > 0 ? text.slice(0, end) : text.slice(0, limit);
  const keptLines = countLines(kept);
  const left = lines - keptLines;
  const rest = left > 0 ? `${left} more ${left === 1 ? "line" : "lines"}` : `${text.length - kept.length} more characters`;
  return { text: `${kept}\n[Cut here by Hearth: ${rest} left out.]`, lines: keptLines };
}

/** Lines as an editor numbers them; a line end at the end of the text begins no line that is shown. */
export function countLines(text: string): number {
  return Math.max(1, text.split("\n").length - (text.endsWith("\n") ? 1 : 0));
}

/** Code of a file from a line on, no longer than an attachment may be; its range is that of the lines which are there. */
export function codeAttachment(code: Pick<Attachment, "path" | "startLine" | "language" | "text" | "source" | "label">): Attachment {
  const { text, lines } = cutText(code.text);
  return { ...code, text, endLine: code.startLine + lines - 1 };
}

/** Text that is no code of a file, under a label of its own. `path` names its kind and is no file's path. */
export function textAttachment(part: {
  readonly source: NonNullable<Attachment["source"]>;
  readonly path: string;
  readonly label: string;
  readonly text: string;
  readonly language?: string;
}): Attachment {
  return codeAttachment({ ...part, language: part.language ?? "plaintext", startLine: 1 });
}

/** Whether it is lines of a file, which stand under their path and lines. */
export function isCodeOfFile({ source }: Pick<Attachment, "source">): boolean {
  return source === undefined || source === "selection" || source === "symbol" || source === "paste";
}

/** What stands over an attachment in the prompt: `path:start-end` for code of a file, its label for everything else. */
export function attachmentHeader(attachment: Pick<Attachment, "path" | "startLine" | "endLine" | "source" | "label">): string {
  const { label } = attachment;
  return label === undefined || isCodeOfFile(attachment) ? rangeLabel(attachment) : label.replaceAll(/\s+/g, " ");
}

/** Whether two attachments would say the same thing. */
export function isSameAttachment(a: Attachment, b: Attachment): boolean {
  return a.path === b.path && a.startLine === b.startLine && a.endLine === b.endLine && a.text === b.text;
}

/** The attachments with those of `added` that are not there yet. */
export function withAttachments(attachments: readonly Attachment[], added: readonly Attachment[]): readonly Attachment[] {
  return added.reduce((all, one) => (all.some((other) => isSameAttachment(one, other)) ? all : [...all, one]), attachments);
}
