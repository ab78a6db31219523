import path from "node:path";
import type { FileVerdict } from "../../rag/ports";
import { reasonText } from "../../rag/verdictText";

/** A file that was left out, or the heading of those with the same reason. */
export type LeftOutRow =
  | { readonly kind: "group"; readonly label: string }
  | { readonly kind: "file"; readonly label: string; readonly description: string; readonly path: string };

/** By reason, then by path. */
export function leftOutRows(verdicts: readonly FileVerdict[]): readonly LeftOutRow[] {
  const files = verdicts.filter((verdict) => verdict.kind === "left-out");
  const reasons = [...new Set(files.map(({ reason }) => reason))].sort();
  return reasons.flatMap((reason) => [
    { kind: "group", label: reasonText(reason) } as const,
    ...files
      .filter((file) => file.reason === reason)
      .sort((a, b) => (a.path < b.path ? -1 : 1))
      .map(fileRow),
  ]);
}

function fileRow({ path: file }: FileVerdict): LeftOutRow {
  const { base, dir } = path.posix.parse(file);
  return { kind: "file", label: base, description: dir, path: file };
}
