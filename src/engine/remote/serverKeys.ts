import type { ServerRole } from "../ports";

/** Gives the key of a server, as it is when a request is sent; undefined: none is sent. A key is never logged, nor part of a URL. */
export type ServerKeys = (role: ServerRole) => Promise<string | undefined>;

/** The variables that hold the keys where there is no editor that keeps them. */
export const keyVariables = { chat: "HEARTH_API_KEY", embedding: "HEARTH_EMBEDDING_API_KEY" } as const satisfies Record<ServerRole, string>;

/** Keys from the environment. The embedding server takes the chat server's key where it has none of its own. */
export function environmentKeys(env: NodeJS.ProcessEnv): ServerKeys {
  return (role) => Promise.resolve(env[keyVariables[role]] || env[keyVariables.chat] || undefined);
}
