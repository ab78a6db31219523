import { readdirSync, readFileSync } from "node:fs";

/** Resident bytes of a process and all its descendants, from /proc; pages they share count once for each. */
export function residentBytes(pid: number): number {
  return family(pid).reduce((sum, id) => sum + 1024 * Number(/^VmRSS:\s+(\d+)/m.exec(read(`/proc/${id}/status`))?.[1] ?? 0), 0);
}

/** Ids of a process and all its descendants. */
export function family(pid: number): readonly number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync("/proc").filter((entry) => /^\d+$/.test(entry))) {
    const status = read(`/proc/${name}/status`);
    parents.set(Number(name), Number(/^PPid:\s+(\d+)/m.exec(status)?.[1] ?? 0));
  }
  return [...parents.keys()].filter((id) => isWithin(id, pid, parents));
}

/** The arguments that a process was started with, with spaces between. */
export function commandLine(pid: number): string {
  return read(`/proc/${pid}/cmdline`).replaceAll("\0", " ");
}

function isWithin(id: number, root: number, parents: ReadonlyMap<number, number>): boolean {
  for (let at: number | undefined = id; at; at = parents.get(at)) if (at === root) return true;
  return false;
}

/** A process may end between the listing and the reading. */
function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ESRCH")) return "";
    throw error;
  }
}
