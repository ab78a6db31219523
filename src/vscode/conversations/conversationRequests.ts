import * as v from "valibot";
import { HearthError } from "../../common/errors";

const id = v.pipe(v.string(), v.regex(/^[\w-]{1,64}$/));
const schemas = {
  history: v.object({ query: v.pipe(v.string(), v.maxLength(1000)), all: v.boolean() }),
  one: v.object({ id }),
  open: v.object({ id, inTab: v.boolean() }),
  rename: v.object({ id, title: v.pipe(v.string(), v.maxLength(1000)) }),
  pin: v.object({ id, pinned: v.boolean() }),
  export: v.object({ id, format: v.picklist(["markdown", "json"]) }),
} as const;

/** What a view sent with a request about conversations. Throws "bad-use" for anything else. */
export function conversationParams<K extends keyof typeof schemas>(request: K, params: unknown): v.InferOutput<(typeof schemas)[K]> {
  const parsed = v.safeParse<(typeof schemas)[K]>(schemas[request], params);
  if (parsed.success) return parsed.output;
  throw new HearthError("bad-use", "The chat view sent a request that cannot be understood.", { remedy: "Reload the window." });
}
