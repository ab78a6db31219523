import { describeError } from "../../common/errors";
import { t } from "../../common/l10n";
import type { CodeRange, IndexStatus, RetrievedChunk, SymbolHit } from "../../rag/ports";
import { rangeText } from "../rangeText";
import type { FoundCode, SearchState } from "./codeSearch";
import { tellingLine } from "./tellingLine";

/** A row of the list: a group's heading, code, or a sentence that nobody can choose. */
export type SearchRow =
  | { readonly kind: "group"; readonly label: string }
  | { readonly kind: "code"; readonly label: string; readonly description: string; readonly detail: string; readonly range: CodeRange }
  | { readonly kind: "note"; readonly label: string; readonly detail: string };

export function searchRows(state: SearchState, index: IndexStatus): readonly SearchRow[] {
  switch (state.kind) {
    case "empty":
      return index.kind === "off" ? [offNote()] : [];
    case "searching":
      return state.before ? foundRows(state.before) : [];
    case "found":
      return someRows(state.found, index);
    case "failed":
      return [{ kind: "note", label: `$(error) ${t("The search failed")}`, detail: describeError(state.error) }];
    default:
      return state satisfies never;
  }
}

function offNote(): SearchRow {
  return { kind: "note", label: `$(circle-slash) ${t("There is no index to search")}`, detail: t("Open a folder, and see that the setting hearth.index.enabled is on.") };
}

function someRows(found: FoundCode, index: IndexStatus): readonly SearchRow[] {
  const rows = foundRows(found);
  if (rows.length > 0) return rows;
  if (index.kind === "off") return [offNote()];
  const detail = isWorking(index) ? t("The index is still being made: try again in a moment.") : t("Try other words, or part of a name.");
  return [{ kind: "note", label: `$(search-stop) ${t('Nothing found for "{0}"', withoutIcons(found.text))}`, detail }];
}

function isWorking({ kind }: IndexStatus): boolean {
  return kind === "scanning" || kind === "indexing";
}

function foundRows({ text, symbols, passages }: FoundCode): readonly SearchRow[] {
  return [...group(t("Definitions"), symbols.map(symbolRow)), ...group(t("Passages"), passages.map((passage) => passageRow(passage, text)))];
}

function group(label: string, rows: readonly SearchRow[]): readonly SearchRow[] {
  return rows.length > 0 ? [{ kind: "group", label }, ...rows] : [];
}

function symbolRow({ symbol, signature, path, startLine, endLine }: SymbolHit): SearchRow {
  const range = { path, startLine, endLine };
  return { kind: "code", label: `$(${symbolIcon(signature)}) ${withoutIcons(symbol)}`, description: rangeText(range), detail: withoutIcons(signature), range };
}

function passageRow({ symbol, text, path, startLine, endLine }: RetrievedChunk, searched: string): SearchRow {
  const range = { path, startLine, endLine };
  const name = symbol ?? path.split("/").at(-1) ?? path;
  return { kind: "code", label: `$(file-code) ${withoutIcons(name)}`, description: rangeText(range), detail: withoutIcons(tellingLine(text, searched).text), range };
}

const icons: readonly (readonly [RegExp, string])[] = [
  [/^#{1,6}\s/, "symbol-string"],
  [/\b(?:class|struct|record|object|impl)\b/, "symbol-class"],
  [/\b(?:interface|trait|protocol)\b/, "symbol-interface"],
  [/\benum\b/, "symbol-enum"],
  [/\b(?:namespace|module|mod|package)\b/, "symbol-namespace"],
  [/^(?:export\s+)?(?:declare\s+)?type\b/, "symbol-structure"],
];

/** What a definition is stands before its first bracket; what takes arguments and is nothing else is a method. */
function symbolIcon(signature: string): string {
  const [head = "", ...rest] = signature.split("(");
  const found = icons.find(([pattern]) => pattern.test(head));
  return found?.[1] ?? (rest.length > 0 ? "symbol-method" : "symbol-variable");
}

/** Code may hold what the list would draw as an icon. */
export function withoutIcons(text: string): string {
  return text.replaceAll(/\$\((?=[\w~-]+\))/g, "\\$(");
}

/** Says while the index is being made that not all is found yet. */
export function searchTitle(status: IndexStatus): string {
  switch (status.kind) {
    case "scanning":
      return t("Search Code (looking for files)");
    case "indexing":
      return t("Search Code ({0} of {1} files read)", status.done, status.total);
    case "embedding":
      return t("Search Code (vectors for {0} of {1} chunks)", status.done, status.total);
    case "paused":
      return t("Search Code (the index is paused)");
    case "off":
    case "ready":
    case "failed":
      return t("Search Code");
    default:
      return status satisfies never;
  }
}
