import { parse } from "yaml";

/** A markdown file with YAML between two lines of dashes at its top. */
export interface FrontMatter {
  /** What the YAML says; undefined where there is none. */
  readonly head: unknown;
  readonly body: string;
}

const fences = /^---[^\S\n]*\n(?:([\s\S]*?)\n)?---[^\S\n]*(?:\n|$)/;

/** Throws an error that names the line when the YAML cannot be read, or when it is not closed. */
export function parseFrontMatter(text: string): FrontMatter {
  const normal = text.replace(/^\uFEFF/, "").replaceAll("\r\n", "\n");
  const found = fences.exec(normal);
  if (found) return { head: parse(found[1] ?? "", { maxAliasCount: 0 }) as unknown, body: normal.slice(found[0].length) };
  if (/^---[^\S\n]*\n/.test(normal)) throw new Error('The front matter has no second line "---".');
  return { head: undefined, body: normal };
}
