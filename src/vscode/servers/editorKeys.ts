import { environmentKeys, type ServerKeys } from "../../engine/remote/serverKeys";
import type { ServerRole, Servers } from "../../engine/ports";
import type { ServerKeyStore } from "./serverKeyStore";
import { originOf } from "./serverName";

export interface EditorKeysDeps {
  readonly store: Pick<ServerKeyStore, "of">;
  /** As the settings have them when a request is sent. */
  readonly servers: () => Servers;
  readonly env: NodeJS.ProcessEnv;
  /** Whether the workspace names the server, and not the person. */
  readonly isWorkspaces: (role: ServerRole) => boolean;
}

/**
 * The key that is kept for the server that is asked, else that of the environment. The environment's is for no server in
 * particular, so one that a workspace names does not get it, nor does one that the settings have left meanwhile.
 */
export function editorKeys({ store, servers, env, isWorkspaces }: EditorKeysDeps): ServerKeys {
  const fromEnvironment = environmentKeys(env);
  return async (role, asked) => {
    const { url } = servers()[role];
    const isCurrent = asked === undefined || (url !== "" && originOf(asked) === originOf(url));
    return (await store.of(asked ?? url)) ?? (isCurrent && !isWorkspaces(role) ? fromEnvironment(role) : undefined);
  };
}
