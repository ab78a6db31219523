import { describeError, deserializeError } from "../../common/errors";
import { t } from "../../common/l10n";
import type { IndexStatus, IndexSummary } from "../../rag/ports";
import { counted } from "../../common/counted";
import { timeText } from "../../common/timeText";
import { reasonText } from "../../rag/verdictText";

/** What a person can do about the index. */
export type IndexAction = "search" | "update" | "rebuild" | "pause" | "resume" | "leftOut" | "explain" | "ignoreFile" | "embeddingModel" | "settings" | "copyPlace";

/** A row of the index's state: a group's heading, a fact, or something to do. */
export type IndexRow =
  | { readonly kind: "group"; readonly label: string }
  | { readonly kind: "fact"; readonly label: string; readonly description?: string; readonly detail?: string }
  | { readonly kind: "action"; readonly action: IndexAction; readonly label: string; readonly description?: string; readonly detail?: string };

export interface IndexFacts {
  readonly status: IndexStatus;
  /** The last one that was told, also while the index works. */
  readonly summary: IndexSummary | undefined;
  /** Folder that holds the index; undefined where there is nothing to index. */
  readonly storage: string | undefined;
  /** The person's own folder, which is written as ~. */
  readonly home: string;
  /** Name of the embedding model; empty: none. */
  readonly embeddingModel: string;
}

export function indexRows(facts: IndexFacts): readonly IndexRow[] {
  const { status, summary, storage, home } = facts;
  return [
    stateRow(status),
    ...(summary ? contentRows(summary) : []),
    ...(storage === undefined || status.kind === "off" ? [] : [placeRow(storage, home)]),
    { kind: "group", label: t("Actions") },
    ...actionRows(facts),
  ];
}

function placeRow(storage: string, home: string): IndexRow {
  const isBelow = storage.startsWith(`${home}/`) || storage.startsWith(`${home}\\`);
  const path = isBelow ? `~${storage.slice(home.length)}` : storage;
  return { kind: "action", action: "copyPlace", label: `$(database) ${t("Kept in")}`, description: t("copy the path"), detail: shortened(path) };
}

/** Characters of a path that a row of the list has room for. */
const roomForPath = 76;

/** Where a path begins and ends tells more than what is between. */
function shortened(path: string): string {
  if (path.length <= roomForPath) return path;
  const end = Math.floor(roomForPath * 0.65);
  return `${path.slice(0, roomForPath - end - 1)}…${path.slice(-end)}`;
}

function stateRow(status: IndexStatus): IndexRow {
  switch (status.kind) {
    case "off":
      return { kind: "fact", label: `$(circle-slash) ${t("Off")}`, detail: t("Open a folder, and see that the setting hearth.index.enabled is on.") };
    case "scanning":
      return { kind: "fact", label: `$(sync~spin) ${t("Looking for files")}` };
    case "indexing":
      return { kind: "fact", label: `$(sync~spin) ${t("Reading files")}`, description: t("{0} of {1}", status.done, fileCount(status.total)) };
    case "embedding":
      return { kind: "fact", label: `$(sync~spin) ${t("Making vectors")}`, description: embeddingText(status) };
    case "paused":
      return { kind: "fact", label: `$(debug-pause) ${t("Paused")}`, description: t("questions are answered from what is there") };
    case "ready":
      return { kind: "fact", label: `$(check) ${t("Up to date")}`, description: lastUpdate(status.summary) };
    case "failed":
      return { kind: "fact", label: `$(error) ${t("Failed")}`, detail: describeError(deserializeError(status.error)) };
    default:
      return status satisfies never;
  }
}

function embeddingText({ done, total, secondsLeft }: Extract<IndexStatus, { kind: "embedding" }>): string {
  const share = t("{0} of {1}", done, chunkCount(total));
  return secondsLeft === undefined ? share : t("{0}, {1} left", share, timeText(secondsLeft));
}

function lastUpdate({ changed, removed, elapsedMs }: IndexSummary): string {
  const time = elapsedMs < 1000 ? t("{0} ms", Math.round(elapsedMs)) : t("{0} s", (elapsedMs / 1000).toFixed(1));
  return t("last update: {0} read, {1} removed, in {2}", fileCount(changed), removed, time);
}

function contentRows(summary: IndexSummary): readonly IndexRow[] {
  const { files, chunks, embedded, coarse = 0, embeddingError, unsaved } = summary;
  const content = [
    chunkCount(chunks),
    embedded > 0 ? counted(embedded, t("{0} vector"), t("{0} vectors")) : t("no vectors"),
    ...(coarse > 0 ? [t("{0} cut by lines for now", chunkCount(coarse))] : []),
  ];
  return [
    { kind: "fact", label: `$(files) ${fileCount(files)}`, description: content.join(", ") },
    ...(embeddingError ? [{ kind: "fact", label: `$(warning) ${t("No search by meaning")}`, detail: describeError(deserializeError(embeddingError)) } as const] : []),
    ...(unsaved ? [{ kind: "fact", label: `$(info) ${t("Not saved here")}`, detail: unsavedText(unsaved) } as const] : []),
  ];
}

function unsavedText(reason: NonNullable<IndexSummary["unsaved"]>): string {
  return reason === "other-writer"
    ? t("Another window writes this workspace's index.")
    : t("The disk refused. See that there is room and that the folder can be written.");
}

function fileCount(files: number): string {
  return counted(files, t("{0} file"), t("{0} files"));
}

function chunkCount(chunks: number): string {
  return counted(chunks, t("{0} chunk"), t("{0} chunks"));
}

function actionRows({ status, summary, embeddingModel }: IndexFacts): readonly IndexRow[] {
  const settings: IndexRow = { kind: "action", action: "settings", label: `$(settings-gear) ${t("Index Settings")}` };
  if (status.kind === "off") return [settings];
  return [
    { kind: "action", action: "search", label: `$(search) ${t("Search Code")}` },
    status.kind === "paused"
      ? { kind: "action", action: "resume", label: `$(debug-continue) ${t("Resume")}` }
      : { kind: "action", action: "pause", label: `$(debug-pause) ${t("Pause")}`, description: t("until it is resumed or the window is loaded again") },
    { kind: "action", action: "update", label: `$(sync) ${t("Update")}`, description: t("look for changed files now") },
    { kind: "action", action: "rebuild", label: `$(trash) ${t("Rebuild")}`, description: t("throw the index away and make it anew") },
    { kind: "action", action: "leftOut", label: `$(exclude) ${t("Left Out…")}`, description: leftOutText(summary) },
    { kind: "action", action: "explain", label: `$(question) ${t("Is the Open File in the Index?")}` },
    { kind: "action", action: "ignoreFile", label: `$(edit) ${t("Open {0}", ".hearthignore")}`, description: t("names what is left out, or with ! brought back") },
    { kind: "action", action: "embeddingModel", label: `$(symbol-numeric) ${t("Select Embedding Model…")}`, description: embeddingModel === "" ? t("none: search by words and symbols") : embeddingModel },
    settings,
  ];
}

function leftOutText(summary: IndexSummary | undefined): string {
  const reasons = Object.entries(summary?.skipped ?? {}).filter(([, count]) => count > 0);
  return reasons.length === 0 ? t("nothing but what ignore files and settings name") : reasons.map(([reason, count]) => `${count} ${reasonText(reason)}`).join(", ");
}
