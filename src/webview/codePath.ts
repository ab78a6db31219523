/** What the line that opens a code block says: "ts", "ts src/a.ts", "ts:src/a.ts", `ts title="src/a.ts"`, "src/a.ts". */
export interface FenceInfo {
  /** Empty: not named. */
  readonly language: string;
  readonly path?: string;
}

/** Files that are named without an ending. */
const bareNames = "Dockerfile|Makefile|Gemfile|Rakefile|Procfile|Justfile|LICENSE|CODEOWNERS";
const pathPattern = new RegExp(String.raw`^(?:\.{0,2}/)?(?:[\w@.+()[\]-]+/)*(?:[\w@+()[\]-][\w@.+()[\]-]*\.[A-Za-z]\w{0,9}|\.[a-z][\w.-]+|${bareNames})$`);
const named = /^(?:title|filename|file|path)=["']?([^"']+)["']?$/i;
/** Longer text is no path that somebody would write. */
const longestPath = 200;

/** Whether a word reads like the path of a file. It says nothing about whether there is one. */
export function isPath(word: string): boolean {
  return word.length <= longestPath && pathPattern.test(word);
}

export function readFence(info: string): FenceInfo {
  const [first = "", ...rest] = info.trim().split(/\s+/);
  const colon = first.indexOf(":");
  if (colon > 0 && isPath(first.slice(colon + 1))) return { language: first.slice(0, colon), path: first.slice(colon + 1) };
  const path = rest.map((word) => named.exec(word)?.[1] ?? word).find(isPath);
  if (path !== undefined) return { language: first, path };
  return first.includes(".") && isPath(first) ? { language: endingOf(first), path: first } : { language: first };
}

/** The path in a comment that is all of a block's first line, such as `// src/a.ts`. */
export function pathInComment(line: string, language: string): string | undefined {
  // There, # begins a heading.
  if (/^(?:md|markdown)$/i.test(language)) return undefined;
  const text = /^\s*(?:\/\/|#|--|;|%|\/\*|<!--)\s*(?:file(?:name)?:\s*)?(\S+?)\s*(?:\*\/|-->)?\s*$/i.exec(line)?.[1];
  return text !== undefined && isPath(text) ? text : undefined;
}

/** The path that an element before a block consists of, in bold or as code: "**src/a.ts**:". */
export function pathInElement(element: Element | null): string | undefined {
  if (!element || !/^(?:P|H[1-6])$/.test(element.tagName)) return undefined;
  const marked = element.querySelector("strong, code");
  const text = marked?.textContent.replace(/:$/, "").trim() ?? "";
  const whole = element.textContent.replace(/^\s*(?:file(?:name)?:)?\s*/i, "").replace(/[:\s]+$/, "");
  return whole === text && isPath(text) ? text : undefined;
}

function endingOf(path: string): string {
  return path.slice(path.lastIndexOf(".") + 1).toLowerCase();
}
