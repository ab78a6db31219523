import { type CatalogEntry, catalogEntry } from "../catalog";
import { checkGguf } from "../ggufCheck";
import { checkRole, findEntry, modelDirectories, type ModelRole, resolveModel } from "../modelFile";
import type { EngineConfig } from "../ports";

/** Where the figures of a model come from: its file, or the catalog while there is none. */
export type ModelSource =
  | { readonly kind: "file"; readonly id: string; readonly file: string }
  | { readonly kind: "catalog"; readonly id: string; readonly entry: CatalogEntry };

/** Finds a model and checks its file. Throws "model-not-found", "model-invalid", "bad-setting" for a model of the other role. */
export async function modelSource(model: string, config: Pick<EngineConfig, "modelDirectories">, role: ModelRole): Promise<ModelSource> {
  const directories = modelDirectories(config.modelDirectories);
  const entry = catalogEntry(model);
  if (entry) checkRole(entry.id, entry.role, role);
  if (entry && (await findEntry(entry, directories)) === undefined) return { kind: "catalog", id: entry.id, entry };
  const { id, file } = await resolveModel(model, directories, role);
  checkRole(file, (await checkGguf(file)).role, role);
  return { kind: "file", id, file };
}
