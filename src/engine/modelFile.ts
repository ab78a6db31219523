import { stat } from "node:fs/promises";
import path from "node:path";
import { HearthError } from "../common/errors";
import { defaultModelDirectory } from "../common/hearthHome";
import { t } from "../common/l10n";
import { catalog, type CatalogEntry, catalogEntry } from "./catalog";
import { expandHome } from "./expandHome";

export interface ResolvedModel {
  /** Catalog id, or the file's name for a model given by path. */
  readonly id: string;
  /** Absolute. */
  readonly file: string;
  /** Absent for a file that is not the catalog's. */
  readonly entry?: CatalogEntry;
}

export type ModelRole = CatalogEntry["role"];

/** Folder beside Hearth's programs with the models that come with it; it is searched last, and nothing is written there. */
export const bundledFolder = "bundled-models";

/** The folders of the settings as absolute paths, or the default one when there are none. */
export function modelDirectories(configured: readonly string[]): readonly string[] {
  const named = configured.map((folder) => folder.trim()).filter((folder) => folder !== "");
  return named.length > 0 ? named.map(absolute) : [defaultModelDirectory()];
}

/**
 * Finds the file of a catalog id, or of a path: `~` is the home folder, and a relative path starts at the working
 * directory; a bare file name is looked for in `directories` too. The content is not looked at.
 * Throws "model-not-found", which says where it looked and what to do, or "bad-setting" for an id of the other role.
 */
export async function resolveModel(model: string, directories: readonly string[], role: ModelRole): Promise<ResolvedModel> {
  const entry = catalogEntry(model);
  if (entry) checkRole(entry.id, entry.role, role);
  if (entry) return { id: entry.id, file: await findCatalogFile(entry, directories), entry };
  if (isPath(model)) return fileByPath(model, directories, role);
  throw new HearthError("model-not-found", t('No model is called "{0}".', model), {
    remedy: t("Give one of {0}, or the path of a .gguf file.", idsOf(role).join(", ")),
  });
}

/**
 * Throws "bad-setting" unless a model has the role that it is wanted for.
 * @param name the file, or the catalog id
 */
export function checkRole(name: string, role: ModelRole, wanted: ModelRole): void {
  if (role === wanted) return;
  const ids = idsOf(wanted).join(", ");
  throw wanted === "chat" ? notChat(name, ids) : notEmbedding(name, ids);
}

function notChat(name: string, ids: string): HearthError {
  return new HearthError("bad-setting", t("{0} is an embedding model: it cannot answer.", name), {
    remedy: t("Set embeddingModel to it if it is meant for the index, and model to a chat model ({0}) or to the path of one.", ids),
  });
}

function notEmbedding(name: string, ids: string): HearthError {
  return new HearthError("bad-setting", t("{0} is not an embedding model.", name), {
    remedy: t("Leave embeddingModel empty, or set it to an embedding model ({0}) or to the path of one.", ids),
  });
}

function idsOf(wanted: ModelRole): readonly string[] {
  return catalog.filter(({ role }) => role === wanted).map(({ id }) => id);
}

/** The entry's file in the first folder that has it. */
export async function findEntry(entry: CatalogEntry, directories: readonly string[]): Promise<string | undefined> {
  return firstThatExists(directories.map((folder) => path.join(folder, entry.file)));
}

async function findCatalogFile(entry: CatalogEntry, directories: readonly string[]): Promise<string> {
  const file = await findEntry(entry, directories);
  if (file !== undefined) return file;
  const searched = directories.filter((folder) => path.basename(folder) !== bundledFolder).join(", ");
  throw new HearthError("model-not-found", t("The model {0} is not here yet: no {1} in {2}.", entry.id, entry.file, searched), {
    remedy: t("Download it (hearth models --download {0}), or pick a .gguf file that you have.", entry.id),
  });
}

async function fileByPath(model: string, directories: readonly string[], role: ModelRole): Promise<ResolvedModel> {
  const isBare = !/[\\/]/.test(model);
  const places = [absolute(model), ...(isBare ? directories.map((folder) => path.join(folder, model)) : [])];
  const file = await firstThatExists(places);
  if (file === undefined) {
    throw new HearthError("model-not-found", t("There is no model file {0}.", places.reduce((all, place) => t("{0} or {1}", all, place))), {
      remedy: t("Pick a .gguf file that you have, or give an id of the catalog such as {0}.", idsOf(role)[0] ?? ""),
    });
  }
  return { id: path.basename(file), file };
}

function isPath(model: string): boolean {
  return /[\\/]|^~|\.gguf$/i.test(model);
}

function absolute(file: string): string {
  return path.resolve(expandHome(file));
}

async function firstThatExists(files: readonly string[]): Promise<string | undefined> {
  for (const file of files) if (await exists(file)) return file;
  return undefined;
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}
