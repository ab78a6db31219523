import { readdir } from "node:fs/promises";
import path from "node:path";
import { expandHome } from "../../engine/expandHome";
import type { Candidate } from "../editor/completion";

/** The files and folders whose paths begin with `typed`; hidden ones only when their dot is typed. */
export async function pathCandidates(typed: string, cwd: string): Promise<readonly Candidate[]> {
  const slash = typed.lastIndexOf("/") + 1;
  const [folder, start] = [typed.slice(0, slash), typed.slice(slash)];
  const entries = await readdir(path.resolve(cwd, expandHome(folder)), { withFileTypes: true }).catch(() => []);
  return entries
    .filter(({ name }) => name.startsWith(start) && (start.startsWith(".") || !name.startsWith(".")))
    .sort((a, b) => a.name.localeCompare(b.name))
    .map((entry) => (entry.isDirectory() ? { text: `${folder}${entry.name}/`, label: `${entry.name}/`, goesOn: true } : { text: folder + entry.name, label: entry.name }));
}
