import { readdir } from "node:fs/promises";
import path from "node:path";
import { describeError } from "../common/errors";
import { t } from "../common/l10n";
import { catalog, type CatalogEntry } from "./catalog";
import { checkGguf } from "./ggufCheck";
import { findEntry } from "./modelFile";
import type { ModelListing } from "./ports";

/**
 * The catalog, then every other .gguf file that lies in `directories` (not in folders within them), by name.
 * @param named files elsewhere that are listed too, after the others
 */
export async function listModels(directories: readonly string[], named: readonly string[] = []): Promise<readonly ModelListing[]> {
  const known = await Promise.all(catalog.map((entry) => catalogRow(entry, directories)));
  const listed = new Set(known.map(({ file }) => file));
  const found = new Set([...(await Promise.all(directories.map(modelFiles))).flat(), ...named].filter((file) => !listed.has(file)));
  return [...known, ...(await Promise.all([...found].map(fileRow)))];
}

async function catalogRow(entry: CatalogEntry, directories: readonly string[]): Promise<ModelListing> {
  const { id, role, sizeBytes, source, contextLength, description } = entry;
  const file = await findEntry(entry, directories);
  return { id, role, source, contextLength, description, ...(sizeBytes !== undefined && { sizeBytes }), ...(file !== undefined && { file }) };
}

/** Of a model in several parts only the first one can be loaded. */
async function modelFiles(directory: string): Promise<string[]> {
  const names = await readdir(directory).catch(() => []);
  const wanted = (name: string) => /\.gguf$/i.test(name) && (!/-\d{5}-of-\d{5}\.gguf$/i.test(name) || /-00001-of-/.test(name));
  return names.filter(wanted).sort().map((name) => path.join(directory, name));
}

async function fileRow(file: string): Promise<ModelListing> {
  const base = { id: path.basename(file), file, source: file };
  try {
    const { role, name, architecture, fileType, contextLength, sizeBytes } = await checkGguf(file);
    const description = [name || architecture, fileType].filter(Boolean).join(", ");
    return { ...base, role, sizeBytes, contextLength: contextLength ?? 0, description };
  } catch (error) {
    return { ...base, role: "chat", contextLength: 0, description: t("Cannot be used: {0}", describeError(error)) };
  }
}
