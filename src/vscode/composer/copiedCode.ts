import { codeAttachment } from "../../chat/attachmentText";
import type { Attachment } from "../../chat/types";

/** A document of the window, the likeliest to be copied from first. */
export interface OpenText {
  readonly path: string;
  readonly language: string;
  readonly text: string;
}

const leastLines = 2;
/** Longer documents are not searched: a paste must not wait. Characters. */
const longestDocument = 4_000_000;

/** The place in an open document that a text was copied from; undefined for a single line, and for what stands in none. */
export function copiedCode(copied: string, documents: Iterable<OpenText>): Attachment | undefined {
  const wanted = normal(copied).replace(/\n+$/, "").replace(/^\n+/, "");
  if (wanted.split("\n").filter((line) => line.trim() !== "").length < leastLines) return undefined;
  for (const { path, language, text } of documents) {
    if (text.length > longestDocument || text.length < wanted.length) continue;
    const whole = normal(text);
    const at = placeOf(whole, wanted);
    if (at < 0) continue;
    const startLine = whole.slice(0, at).split("\n").length;
    return codeAttachment({ path, language, startLine, text: wanted, source: "paste" });
  }
  return undefined;
}

/** Where it ends with a line, rather than within one that goes on. */
function placeOf(text: string, wanted: string): number {
  const first = text.indexOf(wanted);
  for (let at = first; at >= 0; at = text.indexOf(wanted, at + 1)) {
    const after = text[at + wanted.length];
    if (after === undefined || after === "\n") return at;
  }
  return first;
}

function normal(text: string): string {
  return text.replaceAll(/\r\n?/g, "\n");
}
