import path from "node:path";
import type { QuickPickItem } from "vscode";
import { byteSize } from "../common/byteSize";
import { t } from "../common/l10n";
import { catalogEntry } from "../engine/catalog";
import type { ModelListing, ServerConfig } from "../engine/ports";
import { otherServerItem } from "./servers/serverItems";
import { serverLabel, serverName } from "./servers/serverName";
import { counted } from "../common/counted";
import { timeText } from "../common/timeText";

/** Seconds that one chunk takes for each byte of the model, on one core: 0.9 s with 146 MB on two cores, in proportion with smaller and larger models. */
const secondsPerByte = (0.9 * 2) / 146e6;

export interface EmbeddingItem extends QuickPickItem {
  /** What the setting becomes: a catalog id, a path, or "" for none; absent: pick a file. */
  readonly model?: string;
  /** It has to be downloaded first. */
  readonly isMissing?: boolean;
  /** The server that is set, or another one. */
  readonly server?: "set" | "other";
}

export interface EmbeddingSurroundings {
  /** As it is set: a catalog id, a path, or empty. */
  readonly current: string;
  /** The server that makes the vectors, whatever model is set; undefined: this machine does. */
  readonly server: ServerConfig | undefined;
  /** Chunks that would get a vector; 0 while that is not known. */
  readonly chunks: number;
  /** Processor cores. */
  readonly cores: number;
}

/** What can be chosen: no model, those of the catalog, those in the model folders, a file anywhere, and servers. */
export function embeddingItems(models: readonly ModelListing[], given: EmbeddingSurroundings): readonly EmbeddingItem[] {
  const { server } = given;
  const around = { ...given, current: server ? undefined : given.current };
  const known = models.filter(({ role }) => role === "embedding");
  return [
    ...(server ? [setServerItem(server)] : []),
    ...known.map((model) => modelItem(model, around)),
    { model: "", label: mark(t("None"), around.current === ""), detail: t("Search by words and symbols, which needs no model and is there at once.") },
    { label: `$(folder-opened) ${t("Pick a File…")}`, detail: t("A .gguf file of an embedding model anywhere on this machine") },
    { ...otherServerItem(), server: "other" },
  ];
}

function setServerItem(server: ServerConfig): EmbeddingItem {
  return { label: mark(serverLabel(server), true), detail: t("The index's code goes to {0}", serverName(server.url)), server: "set" };
}

/** `current`: undefined where a server makes the vectors. */
type Around = Omit<EmbeddingSurroundings, "current" | "server"> & { readonly current: string | undefined };

function modelItem({ id, file, sizeBytes, description }: ModelListing, { current, chunks, cores }: Around): EmbeddingItem {
  const entry = catalogEntry(id);
  const bytes = sizeBytes ?? entry?.shape.weightBytes;
  const place = file === undefined ? t("to be downloaded") : t("on this machine");
  const time = bytes === undefined || chunks === 0 ? "" : workText(chunks, (chunks * bytes * secondsPerByte) / cores);
  return {
    model: entry ? id : (file ?? id),
    isMissing: file === undefined,
    label: mark(id, current !== undefined && [id, file, path.basename(file ?? id)].includes(current)),
    description: [bytes === undefined ? "" : byteSize(bytes), place, time].filter(Boolean).join(", "),
    // The size stands above.
    detail: description.replace(/ \(\d+ [KMG]B\)/, ""),
  };
}

function workText(chunks: number, seconds: number): string {
  return t("{0} for {1} on the processor", timeText(seconds), counted(chunks, t("{0} chunk"), t("{0} chunks")));
}

function mark(label: string, isCurrent: boolean): string {
  return isCurrent ? `$(check) ${label}` : label;
}
