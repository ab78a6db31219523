import { createRequire } from "node:module";
import type * as ModelFilesModule from "../../engine/modelFiles";

export type ModelFiles = Pick<typeof ModelFilesModule, "listModels" | "resolveModel">;

let loaded: ModelFiles | undefined;

/**
 * The reader of model files. It stands in a bundle of its own, so that the editor's start does not wait for it.
 * @param program absolute path of that bundle
 */
export function modelFiles(program: string): ModelFiles {
  loaded ??= createRequire(program)(program) as ModelFiles;
  return loaded;
}
