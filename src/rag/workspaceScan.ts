import { HearthError } from "../common/errors";
import { type FoundFile, inspectFile, type Inspection, type Scan, scan, type ScanOptions } from "./scanner";
import type { SkipReason } from "./skipRules";
import type { WorkspaceFolder, WorkspaceFolders } from "./workspaceFolders";

/** What is to be indexed of all folders; paths begin with the folders' prefixes. */
export interface WorkspaceScan extends Scan {
  /** Prefixes of folders that could not be read this time: what is known of their files stays. */
  readonly away: readonly string[];
}

/** Scans all folders, each without what its own exclude globs or else these match. Throws what the first one says when none can be read, and for a setting that cannot be used. */
export async function scanWorkspace(folders: WorkspaceFolders, exclude: readonly string[], options: ScanOptions = {}): Promise<WorkspaceScan> {
  const results = await Promise.allSettled(folders.all.map((folder) => scan(folder.path, folder.exclude ?? exclude, options)));
  options.signal?.throwIfAborted();
  const files: FoundFile[] = [];
  const skipped = new Map<string, SkipReason>();
  const failures: { readonly folder: WorkspaceFolder; readonly cause: unknown }[] = [];
  for (const [i, folder] of folders.all.entries()) {
    const result = results[i];
    if (result?.status === "fulfilled") addPart(result.value, folder, folders, { files, skipped });
    else failures.push({ folder, cause: result?.reason });
  }
  const fatal = failures.find(({ cause }) => cause instanceof HearthError) ?? (failures.length === folders.all.length ? failures[0] : undefined);
  if (fatal) throw fatal.cause;
  return { files, skipped, away: failures.map(({ folder }) => folder.prefix) };
}

interface Findings {
  readonly files: FoundFile[];
  readonly skipped: Map<string, SkipReason>;
}

/** A file that lies in two folders, one of them inside the other, is the inner one's. */
function addPart(part: Scan, folder: WorkspaceFolder, folders: WorkspaceFolders, findings: Findings): void {
  const inner = folders.within(folder);
  const isOwn = (file: string) => !inner.some((start) => file.startsWith(start));
  for (const file of part.files) if (isOwn(file.path)) findings.files.push({ ...file, path: folder.prefix + file.path });
  for (const [file, reason] of part.skipped) if (isOwn(file)) findings.skipped.set(folder.prefix + file, reason);
}

/** What one path of the index is now. */
export async function inspectPath(folders: WorkspaceFolders, file: string): Promise<Inspection> {
  const located = folders.locate(file);
  const found = located && (await inspectFile(located.folder.path, located.inner));
  return located && typeof found === "object" ? { ...found, path: file } : found;
}
