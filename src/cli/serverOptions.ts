import { InvalidArgumentError, Option } from "commander";
import { HearthError } from "../common/errors";
import { catalogEntry } from "../engine/catalog";
import { type ChatBackend, chatBackends, type EngineConfig, type ServerConfig, type Servers } from "../engine/ports";
import { keyVariables } from "../engine/remote/serverKeys";

/** What commander hands over of them. */
export interface RawServerOptions {
  readonly backend?: ChatBackend;
  readonly endpoint?: string;
  readonly embeddingEndpoint?: string;
  readonly silenceTimeout?: number;
  readonly model?: string;
  readonly embeddingModel?: string;
  readonly contextSize?: number;
}

/** The variables that stand in for options which are not given. */
export const serverVariables = {
  backend: "HEARTH_BACKEND",
  endpoint: "HEARTH_ENDPOINT",
  model: "HEARTH_SERVER_MODEL",
  embeddingEndpoint: "HEARTH_EMBEDDING_ENDPOINT",
} as const;

const defaultSilenceSeconds = 300;
const silenceRange = { minimum: 1, maximum: 86_400 };

/** The options that say where models run. */
export function serverOptions(): readonly Option[] {
  return [
    backendOption(),
    new Option("--endpoint <url>", `server with OpenAI's HTTP API, such as http://gpu-box:8080/v1 (default: $${serverVariables.endpoint})`),
    new Option("--embedding-endpoint <url>", `server that makes the index's embeddings (default: $${serverVariables.embeddingEndpoint})`),
    new Option("--silence-timeout <s>", `give a server up that has sent nothing for so many seconds (default: ${defaultSilenceSeconds})`).argParser(parseSilence),
  ].map((option) => option.helpGroup("Server:"));
}

function backendOption(): Option {
  const description = "where the model runs: here (native), on a server (openai), or here if it can be loaded and else there (auto)";
  const option = new Option("--backend <name>", description).argParser(parseBackend);
  option.argChoices = [...chatBackends];
  return option;
}

/**
 * The servers that the options and the environment name; undefined: everything runs here. `--endpoint` alone means that
 * server; one from the environment is used when the model cannot be loaded here. Throws "bad-use".
 */
export function readServers(raw: RawServerOptions, env: NodeJS.ProcessEnv): Servers | undefined {
  const backend = chosenBackend(raw, env);
  const servers: Servers = {
    backend,
    chat: chatServer(raw, env, backend),
    embedding: { ...server(raw, serverUrl("--embedding-endpoint", raw.embeddingEndpoint, serverVariables.embeddingEndpoint, env)), model: raw.embeddingModel ?? "" },
  };
  if (backend === "openai" && servers.chat.url === "") throw noServer();
  return servers.chat.url === "" && servers.embedding.url === "" ? undefined : servers;
}

/** Whether texts can be embedded: by a model of this machine, or by a server. */
export function hasEmbeddings(config: { readonly embeddingModel: string; readonly servers?: Servers }): boolean {
  return config.embeddingModel !== "" || (config.servers?.embedding.url ?? "") !== "";
}

export function withoutEmbeddings(config: EngineConfig): EngineConfig {
  const { servers } = config;
  return { ...config, embeddingModel: "", ...(servers && { servers: { ...servers, embedding: { ...servers.embedding, url: "" } } }) };
}

function chosenBackend(raw: RawServerOptions, env: NodeJS.ProcessEnv): ChatBackend {
  if (raw.backend === "native" && raw.endpoint !== undefined) {
    throw new HearthError("bad-use", "--backend native uses no server, and --endpoint names one.", { remedy: "Leave one of the two out." });
  }
  if (raw.backend !== undefined) return raw.backend;
  if (raw.endpoint !== undefined) return "openai";
  const named = env[serverVariables.backend] || "auto";
  const found = chatBackends.find((one) => one === named);
  if (found) return found;
  throw new HearthError("bad-use", `The variable ${serverVariables.backend} is "${named}".`, { remedy: `Set it to one of ${chatBackends.join(", ")}.` });
}

function chatServer(raw: RawServerOptions, env: NodeJS.ProcessEnv, backend: ChatBackend): ServerConfig {
  const url = backend === "native" ? "" : serverUrl("--endpoint", raw.endpoint, serverVariables.endpoint, env);
  return { ...server(raw, url), model: serverModel(raw, env, backend) };
}

function server({ contextSize = 0, silenceTimeout = defaultSilenceSeconds }: RawServerOptions, url: string): Omit<ServerConfig, "model"> {
  return { url, contextSize, silenceSeconds: silenceTimeout };
}

/** `auto` tries a file or a model of the catalog here, so that such a name is none of the server's. */
function serverModel({ model }: RawServerOptions, env: NodeJS.ProcessEnv, backend: ChatBackend): string {
  const isLocal = model === undefined || (backend === "auto" && (/[\\/]|\.gguf$/i.test(model) || catalogEntry(model) !== undefined));
  return isLocal ? (env[serverVariables.model] ?? "") : model;
}

/** Empty: none is named. What is wrong with it is said without showing it, since it may hold a key. */
function serverUrl(option: string, given: string | undefined, variable: string, env: NodeJS.ProcessEnv): string {
  const text = given ?? env[variable] ?? "";
  if (text === "" && given === undefined) return "";
  const source = given === undefined ? `The variable ${variable}` : option;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) throw new HearthError("bad-use", `${source} is no URL of a server.`, { remedy: "Give one such as http://gpu-box:8080/v1." });
  if (url.username !== "" || url.password !== "") {
    const key = option === "--endpoint" ? keyVariables.chat : keyVariables.embedding;
    throw new HearthError("bad-use", `${source} holds a key, which a URL is no place for.`, { remedy: `Put the key in the variable ${key}.` });
  }
  return text.replace(/\/+$/, "");
}

function parseBackend(text: string): ChatBackend {
  const found = chatBackends.find((backend) => backend === text);
  if (!found) throw new InvalidArgumentError(`Give one of ${chatBackends.join(", ")}.`);
  return found;
}

function parseSilence(text: string): number {
  const seconds = Number(text);
  if (!/^\d+$/.test(text) || seconds < silenceRange.minimum || seconds > silenceRange.maximum) {
    throw new InvalidArgumentError(`Give a whole number from ${silenceRange.minimum} to ${silenceRange.maximum}.`);
  }
  return seconds;
}

function noServer(): HearthError {
  return new HearthError("bad-use", "--backend openai needs a server, and none is named.", {
    remedy: `Name it with --endpoint http://HOST:PORT/v1, or in the variable ${serverVariables.endpoint}.`,
  });
}
