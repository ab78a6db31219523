import { readdir } from "node:fs/promises";
import path from "node:path";

/** The files of a model that comes in several; else the file itself. */
export async function partsOf(file: string): Promise<readonly string[]> {
  const [, stem, total] = /^(.*)-\d{5}-of-(\d{5})\.gguf$/i.exec(path.basename(file)) ?? [];
  if (stem === undefined || total === undefined) return [file];
  const folder = path.dirname(file);
  const isPart = (name: string) => name.startsWith(`${stem}-`) && new RegExp(`^\\d{5}-of-${total}\\.gguf$`, "i").test(name.slice(stem.length + 1));
  return (await readdir(folder)).filter(isPart).sort().map((name) => path.join(folder, name));
}
