import { counted } from "../common/counted";
import { t } from "../common/l10n";
import type { FileVerdict } from "./ports";

const reasons: Readonly<Record<string, () => string>> = {
  binary: () => t("binary"),
  "too-large": () => t("too large"),
  generated: () => t("generated"),
  minified: () => t("minified"),
  secret: () => t("may hold secrets"),
  symlink: () => t("a symbolic link"),
  unreadable: () => t("cannot be read"),
  ignored: () => t("ignored"),
  excluded: () => t("excluded by the settings"),
  outside: () => t("outside the workspace"),
  missing: () => t("not there"),
  "over-limit": () => t("beyond what the index holds"),
  folder: () => t("a folder"),
  waiting: () => t("not read yet"),
};

/** Why a file is left out, in a word or two. */
export function reasonText(reason: string): string {
  return reasons[reason]?.() ?? reason;
}

/** Whether a file is in the index, in a sentence. */
export function verdictText(verdict: FileVerdict): string {
  switch (verdict.kind) {
    case "indexed":
      return t("{0} is in the index: {1}.", verdict.path, indexedText(verdict));
    case "left-out":
      return t("{0} is not in the index: {1}", verdict.path, leftOutText(verdict));
    default:
      return verdict satisfies never;
  }
}

function indexedText({ chunks, language, embedded }: Extract<FileVerdict, { kind: "indexed" }>): string {
  return [language, counted(chunks, t("{0} chunk"), t("{0} chunks")), ...(embedded > 0 ? [counted(embedded, t("{0} vector"), t("{0} vectors"))] : [])].filter((part) => part !== "").join(", ");
}

/** The reason, and its detail in a sentence of its own. */
function leftOutText({ reason, detail }: Extract<FileVerdict, { kind: "left-out" }>): string {
  return [`${reasonText(reason)}.`, detail.trim()].filter((part) => part !== "").join(" ");
}
