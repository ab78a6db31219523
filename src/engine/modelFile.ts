import { stat } from "node:fs/promises";
import path from "node:path";
import { HearthError } from "../common/errors";
import { defaultModelDirectory } from "../common/hearthHome";
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
  throw new HearthError("model-not-found", `No model is called "${model}".`, {
    remedy: `Give one of ${idsOf(role).join(", ")}, or the path of a .gguf file.`,
  });
}

/**
 * Throws "bad-setting" unless a model has the role that it is wanted for.
 * @param name the file, or the catalog id
 */
export function checkRole(name: string, role: ModelRole, wanted: ModelRole): void {
  if (role === wanted) return;
  const { is, remedy } = roles[wanted];
  throw new HearthError("bad-setting", `${name} is ${is}`, { remedy: `${remedy} (${idsOf(wanted).join(", ")}) or to the path of one.` });
}

const roles = {
  chat: { is: "an embedding model: it cannot answer.", remedy: "Set embeddingModel to it if it is meant for the index, and model to a chat model" },
  embedding: { is: "not an embedding model.", remedy: "Leave embeddingModel empty, or set it to an embedding model" },
} as const;

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
  throw new HearthError("model-not-found", `The model ${entry.id} is not here yet: no ${entry.file} in ${directories.join(", ")}.`, {
    remedy: `Download it (hearth models --download ${entry.id}), or pick a .gguf file that you have.`,
  });
}

async function fileByPath(model: string, directories: readonly string[], role: ModelRole): Promise<ResolvedModel> {
  const isBare = !/[\\/]/.test(model);
  const places = [absolute(model), ...(isBare ? directories.map((folder) => path.join(folder, model)) : [])];
  const file = await firstThatExists(places);
  if (file === undefined) {
    throw new HearthError("model-not-found", `There is no model file ${places.join(" or ")}.`, {
      remedy: `Pick a .gguf file that you have, or give an id of the catalog such as ${idsOf(role)[0] ?? ""}.`,
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
