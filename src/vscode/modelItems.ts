import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import { type QuickPickItem, QuickPickItemKind } from "vscode";
import { byteSize } from "../common/byteSize";
import { t } from "../common/l10n";
import type { Engine, ModelListing } from "../engine/ports";
import { listingPlace } from "./models/modelRows";
import { type OfferedServer, otherServerItem, serverItem } from "./servers/serverItems";

export interface ModelItem extends QuickPickItem {
  /** Absent: pick a file, or a server. */
  readonly model?: string;
  /** The server that is set, or another one. */
  readonly server?: "set" | "other";
  /** A model of the catalog. */
  readonly isListed?: boolean;
}

/** @param server the one that is set; absent: none is */
export async function modelItems(engine: Pick<Engine, "models">, folders: readonly string[], current: string, server?: OfferedServer): Promise<ModelItem[]> {
  const listed = (await engine.models()).filter(({ role }) => role === "chat");
  const known = new Set(listed.map(({ file }) => file));
  const own = (await Promise.all(folders.map(ggufFiles))).flat().filter(({ file }) => !known.has(file));
  return [
    ...(server ? [{ label: t("Server"), kind: QuickPickItemKind.Separator }, { ...serverItem(server), server: "set" as const }] : []),
    { label: t("Catalog"), kind: QuickPickItemKind.Separator },
    ...listed.map((model) => catalogItem(model, current)),
    ...(own.length > 0 ? [{ label: t("Your files"), kind: QuickPickItemKind.Separator }] : []),
    ...own.map(({ file, size }) => fileItem(file, size, current)),
    { label: "", kind: QuickPickItemKind.Separator },
    { label: `$(folder-opened) ${t("Pick a File…")}`, detail: t("A .gguf file anywhere on this machine") },
    { ...otherServerItem(), server: "other" },
  ];
}

function catalogItem(listing: ModelListing, current: string): ModelItem {
  const { id, sizeBytes, description } = listing;
  const size = sizeBytes === undefined ? "" : byteSize(sizeBytes);
  return { model: id, isListed: true, label: mark(id, current), description: [size, listingPlace(listing)].filter(Boolean).join(", "), detail: description };
}

function fileItem(file: string, size: number, current: string): ModelItem {
  return { model: file, label: mark(path.basename(file), path.basename(current)), description: byteSize(size), detail: path.dirname(file) };
}

function mark(label: string, current: string): string {
  return label === current ? `$(check) ${label}` : label;
}

/** A folder that cannot be read has no models. */
async function ggufFiles(folder: string): Promise<{ file: string; size: number }[]> {
  const names = await readdir(folder).catch((): string[] => []);
  const files = names.filter((name) => name.endsWith(".gguf")).map((name) => path.join(folder, name));
  return Promise.all(files.map(async (file) => ({ file, size: (await stat(file)).size })));
}
