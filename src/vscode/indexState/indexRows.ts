import { describeError, deserializeError } from "../../common/errors";
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
    { kind: "group", label: "Actions" },
    ...actionRows(facts),
  ];
}

function placeRow(storage: string, home: string): IndexRow {
  const isBelow = storage.startsWith(`${home}/`) || storage.startsWith(`${home}\\`);
  const path = isBelow ? `~${storage.slice(home.length)}` : storage;
  return { kind: "action", action: "copyPlace", label: "$(database) Kept in", description: "copy the path", detail: shortened(path) };
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
      return { kind: "fact", label: "$(circle-slash) Off", detail: "Open a folder, and see that the setting hearth.index.enabled is on." };
    case "scanning":
      return { kind: "fact", label: "$(sync~spin) Looking for files" };
    case "indexing":
      return { kind: "fact", label: "$(sync~spin) Reading files", description: `${status.done} of ${counted(status.total, "file")}` };
    case "embedding":
      return { kind: "fact", label: "$(sync~spin) Making vectors", description: embeddingText(status) };
    case "paused":
      return { kind: "fact", label: "$(debug-pause) Paused", description: "questions are answered from what is there" };
    case "ready":
      return { kind: "fact", label: "$(check) Up to date", description: lastUpdate(status.summary) };
    case "failed":
      return { kind: "fact", label: "$(error) Failed", detail: describeError(deserializeError(status.error)) };
    default:
      return status satisfies never;
  }
}

function embeddingText({ done, total, secondsLeft }: Extract<IndexStatus, { kind: "embedding" }>): string {
  const share = `${done} of ${counted(total, "chunk")}`;
  return secondsLeft === undefined ? share : `${share}, ${timeText(secondsLeft)} left`;
}

function lastUpdate({ changed, removed, elapsedMs }: IndexSummary): string {
  const time = elapsedMs < 1000 ? `${Math.round(elapsedMs)} ms` : `${(elapsedMs / 1000).toFixed(1)} s`;
  return `last update: ${counted(changed, "file")} read, ${removed} removed, in ${time}`;
}

function contentRows(summary: IndexSummary): readonly IndexRow[] {
  const { files, chunks, embedded, coarse = 0, embeddingError, unsaved } = summary;
  const content = [counted(chunks, "chunk"), embedded > 0 ? counted(embedded, "vector") : "no vectors", ...(coarse > 0 ? [`${counted(coarse, "chunk")} cut by lines for now`] : [])];
  return [
    { kind: "fact", label: `$(files) ${counted(files, "file")}`, description: content.join(", ") },
    ...(embeddingError ? [{ kind: "fact", label: "$(warning) No search by meaning", detail: describeError(deserializeError(embeddingError)) } as const] : []),
    ...(unsaved ? [{ kind: "fact", label: "$(info) Not saved here", detail: unsavedTexts[unsaved] } as const] : []),
  ];
}

const unsavedTexts: Readonly<Record<NonNullable<IndexSummary["unsaved"]>, string>> = {
  "other-writer": "Another window writes this workspace's index.",
  "disk-error": "The disk refused. See that there is room and that the folder can be written.",
};

function actionRows({ status, summary, embeddingModel }: IndexFacts): readonly IndexRow[] {
  const settings: IndexRow = { kind: "action", action: "settings", label: "$(settings-gear) Index Settings" };
  if (status.kind === "off") return [settings];
  return [
    { kind: "action", action: "search", label: "$(search) Search Code" },
    status.kind === "paused"
      ? { kind: "action", action: "resume", label: "$(debug-continue) Resume" }
      : { kind: "action", action: "pause", label: "$(debug-pause) Pause", description: "until it is resumed or the window is loaded again" },
    { kind: "action", action: "update", label: "$(sync) Update", description: "look for changed files now" },
    { kind: "action", action: "rebuild", label: "$(trash) Rebuild", description: "throw the index away and make it anew" },
    { kind: "action", action: "leftOut", label: "$(exclude) Left Out…", description: leftOutText(summary) },
    { kind: "action", action: "explain", label: "$(question) Is the Open File in the Index?" },
    { kind: "action", action: "ignoreFile", label: "$(edit) Open .hearthignore", description: "names what is left out, or with ! brought back" },
    { kind: "action", action: "embeddingModel", label: "$(symbol-numeric) Select Embedding Model…", description: embeddingModel === "" ? "none: search by words and symbols" : embeddingModel },
    settings,
  ];
}

function leftOutText(summary: IndexSummary | undefined): string {
  const reasons = Object.entries(summary?.skipped ?? {}).filter(([, count]) => count > 0);
  return reasons.length === 0 ? "nothing but what ignore files and settings name" : reasons.map(([reason, count]) => `${count} ${reasonText(reason)}`).join(", ");
}
