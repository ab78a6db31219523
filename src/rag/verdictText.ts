import { counted } from "../common/counted";
import type { FileVerdict } from "./ports";

const reasons: Readonly<Record<string, string>> = {
  binary: "binary",
  "too-large": "too large",
  generated: "generated",
  minified: "minified",
  secret: "may hold secrets",
  symlink: "a symbolic link",
  unreadable: "cannot be read",
  ignored: "ignored",
  excluded: "excluded by the settings",
  outside: "outside the workspace",
  missing: "not there",
  "over-limit": "beyond what the index holds",
  folder: "a folder",
  waiting: "not read yet",
};

/** Why a file is left out, in a word or two. */
export function reasonText(reason: string): string {
  return reasons[reason] ?? reason;
}

/** Whether a file is in the index, in a sentence. */
export function verdictText(verdict: FileVerdict): string {
  switch (verdict.kind) {
    case "indexed":
      return `${verdict.path} is in the index: ${indexedText(verdict)}.`;
    case "left-out":
      return `${verdict.path} is not in the index: ${leftOutText(verdict)}`;
    default:
      return verdict satisfies never;
  }
}

function indexedText({ chunks, language, embedded }: Extract<FileVerdict, { kind: "indexed" }>): string {
  return [language, counted(chunks, "chunk"), ...(embedded > 0 ? [counted(embedded, "vector")] : [])].filter((part) => part !== "").join(", ");
}

/** The reason, and its detail in a sentence of its own. */
function leftOutText({ reason, detail }: Extract<FileVerdict, { kind: "left-out" }>): string {
  return [`${reasonText(reason)}.`, detail.trim()].filter((part) => part !== "").join(" ");
}
