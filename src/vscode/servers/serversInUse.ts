import type { EngineState, ServerConfig, Servers } from "../../engine/ports";

/** The servers that are asked now; absent: this machine's own models are. */
export interface ServersInUse {
  readonly chat?: ServerConfig;
  readonly embedding?: ServerConfig;
}

export function serversInUse(servers: Servers, state: EngineState): ServersInUse {
  return asked(servers, state.kind === "ready" ? state.info.server !== undefined : servers.backend === "openai");
}

/** Those that are asked whatever this machine can load. */
export function certainServers(servers: Servers): ServersInUse {
  return asked(servers, servers.backend === "openai");
}

function asked({ chat, embedding }: Servers, answers: boolean): ServersInUse {
  return { ...(answers && chat.url !== "" && { chat }), ...(embedding.url !== "" && { embedding }) };
}
