import { createRequire } from "node:module";
import { currentTranslations } from "../../common/l10n";
import type * as ModelFilesModule from "../../engine/modelFiles";

export type ModelFiles = Pick<typeof ModelFilesModule, "listModels" | "resolveModel">;

let loaded: ModelFiles | undefined;

/**
 * The reader of model files. It stands in a bundle of its own, so that the editor's start does not wait for it.
 * @param program absolute path of that bundle
 */
export function modelFiles(program: string): ModelFiles {
  return (loaded ??= load(program));
}

/** A bundle has the texts' language for itself. */
function load(program: string): ModelFiles {
  const files = createRequire(program)(program) as typeof ModelFilesModule;
  files.setTranslations(currentTranslations());
  return files;
}
