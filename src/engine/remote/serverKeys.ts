import type { ServerRole } from "../ports";

/**
 * Gives the key of a server, as it is when a request is sent; undefined: none is sent. A key is never logged, nor part of a URL.
 * @param url base URL of the server that is asked, which may be another one than the settings name by now; absent: theirs
 */
export type ServerKeys = (role: ServerRole, url?: string) => Promise<string | undefined>;

/** The variables that hold the keys where there is no editor that keeps them. */
export const keyVariables = { chat: "HEARTH_API_KEY", embedding: "HEARTH_EMBEDDING_API_KEY" } as const satisfies Record<ServerRole, string>;

/** Keys from the environment: each for its own server alone, since the two may be of different owners. */
export function environmentKeys(env: NodeJS.ProcessEnv): ServerKeys {
  return (role) => Promise.resolve(env[keyVariables[role]] || undefined);
}
