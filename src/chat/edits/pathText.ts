/** A text that may name a file, with the lines it names. */
export interface PathText {
  /** With forward slashes, without "./" in front. */
  readonly path: string;
  /** 1-based; absent: no lines are named. */
  readonly startLine?: number;
  readonly endLine?: number;
  /** The ending without its dot, in small letters; empty: none. */
  readonly extension: string;
}

const suffix = /(?::(\d+)(?:[-–](\d+)|:\d+)?|#L(\d+)(?:-L?(\d+))?|\((\d+)(?:,\s*\d+)?\))$/;
const shape = /^(?:[\w@.+()[\]-][\w@.+()[\] -]*\/)*[\w@.+()[\]-]+$/;
const longest = 260;

/** What a text names if it names a file; undefined where it cannot, as a path that leads out of the workspace. */
export function parsePathText(text: string): PathText | undefined {
  const plain = text.trim().replaceAll("\\", "/");
  const lines = suffix.exec(plain);
  const path = (lines ? plain.slice(0, lines.index) : plain).replace(/^\.\//, "");
  if (path === "" || path.length > longest || !shape.test(path) || path.split("/").some((part) => part === ".." || part === "")) return undefined;
  const extension = /[^/.][^/]*\.([A-Za-z]\w{0,9})$/.exec(path)?.[1]?.toLowerCase() ?? "";
  return { path, extension, ...lineNumbers(lines) };
}

/** "Node.js" and the like are names of things, not of files. */
export function isClearlyPath({ path, extension }: PathText): boolean {
  if (extension === "") return false;
  return path.includes("/") || !/^[A-Za-z]+\.(?:js|net|io|ai|com|org|dev)$/i.test(path);
}

/** Whether a text may be the name of something that code defines; with a path such as `Parser.parse` or a call's brackets. */
export function symbolText(text: string): string | undefined {
  const name = text.trim().replace(/\(.*\)$/, "");
  return name.length >= 3 && name.length <= 120 && /^[A-Za-z_$][\w$]*(?:(?:\.|::|#|->)[A-Za-z_$][\w$]*)*$/.test(name) ? name : undefined;
}

function lineNumbers(found: RegExpExecArray | null): Pick<PathText, "startLine" | "endLine"> {
  const startLine = Number(found?.[1] ?? found?.[3] ?? found?.[5] ?? 0);
  if (startLine === 0) return {};
  return { startLine, endLine: Math.max(startLine, Number(found?.[2] ?? found?.[4] ?? startLine)) };
}
