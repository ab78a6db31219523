import { catalogEntry } from "../../engine/catalog";
import type { EngineConfig } from "../../engine/ports";
import { modelName } from "../options";

/** The config with another chat model. With a server the name is the server's, unless it can only be one of this machine. */
export function withModel(config: EngineConfig, name: string, cwd: string): EngineConfig {
  const { servers } = config;
  const isServers = servers?.chat.url && (servers.backend === "openai" || (servers.backend === "auto" && !isLocalName(name)));
  return isServers ? { ...config, servers: { ...servers, chat: { ...servers.chat, model: name } } } : { ...config, model: modelName(name, cwd) };
}

function isLocalName(name: string): boolean {
  return /[\\/]|\.gguf$/i.test(name) || catalogEntry(name) !== undefined;
}

/** The chosen model as the first line of a chat names it. */
export function chosenModel({ model, servers }: Omit<EngineConfig, "sequences">): string {
  const name = model.split(/[\\/]/).at(-1) ?? model;
  if (servers?.backend !== "openai") return name;
  return `${servers.chat.model || "the model"} at ${servers.chat.url}`;
}
