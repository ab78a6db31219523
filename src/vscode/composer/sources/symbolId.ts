import * as v from "valibot";
import { HearthError } from "../../../common/errors";
import type { CodeRange } from "../../../rag/ports";

const line = v.pipe(v.number(), v.integer(), v.minValue(1));
const schema = v.strictTuple([v.string(), line, line, v.string()]);

/** A definition as a row names it: its place, and the name that its chip shows. */
export interface NamedPlace extends CodeRange {
  readonly name: string;
}

export function symbolId({ path, startLine, endLine, name }: NamedPlace): string {
  return JSON.stringify([path, startLine, endLine, name] satisfies v.InferOutput<typeof schema>);
}

/** Throws "bad-use" for what is no id of a row. */
export function placeOfId(id: string): NamedPlace {
  const parsed = v.safeParse(schema, jsonOf(id));
  if (!parsed.success) throw new HearthError("bad-use", "This is no definition.", { remedy: "Choose one of the list." });
  const [path, startLine, endLine, name] = parsed.output;
  return { path, startLine, endLine: Math.max(startLine, endLine), name };
}

function jsonOf(id: string): unknown {
  try {
    return JSON.parse(id) as unknown;
  } catch {
    return undefined;
  }
}
