import * as v from "valibot";
import { HearthError } from "../../common/errors";
import { viewMentionKinds, type ViewMentionKind } from "../../webview/protocol";

const kind = v.picklist(viewMentionKinds);
const query = v.object({ query: v.string(), kind: v.optional(kind) });
const mention = v.object({ kind, id: v.string() });
const uris = v.object({ uris: v.array(v.string()) });

const draft = v.object({ conversation: v.string(), text: v.string() });
const conversation = v.object({ conversation: v.string() });

export function queryOf(params: unknown): { readonly query: string; readonly kind?: ViewMentionKind | undefined } {
  return checked(query, params);
}

export function mentionOf(params: unknown): { readonly kind: ViewMentionKind; readonly id: string } {
  return checked(mention, params);
}

export function urisOf(params: unknown): readonly string[] {
  return checked(uris, params).uris;
}

export function draftOf(params: unknown): { readonly conversation: string; readonly text: string } {
  return checked(draft, params);
}

export function conversationOf(params: unknown): string {
  return checked(conversation, params).conversation;
}

function checked<T>(schema: v.GenericSchema<unknown, T>, params: unknown): T {
  const parsed = v.safeParse(schema, params);
  if (parsed.success) return parsed.output;
  throw new HearthError("bad-use", "The chat view sent a request that cannot be understood.", { remedy: "Reload the window." });
}
