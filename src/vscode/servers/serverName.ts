import { t } from "../../common/l10n";
import type { ServerConfig } from "../../engine/ports";

/** How a server is called: "gpu-box". One on this machine keeps its port, which tells it from others: "localhost:8080". */
export function serverName(url: string): string {
  const { hostname, host } = new URL(url);
  return /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname) ? host : hostname;
}

/** "qwen on gpu-box"; without a model's name the server's alone. */
export function serverLabel({ url, model }: Pick<ServerConfig, "url" | "model">): string {
  return model === "" ? serverName(url) : t("{0} on {1}", shortModel(model), serverName(url));
}

/** Servers name models as model hubs do: "Qwen/Qwen2.5-Coder-7B-Instruct", or by their files. */
export function shortModel(model: string): string {
  return (model.split(/[\\/]/).at(-1) ?? model).replace(/\.gguf$/i, "");
}

/** What a key is kept for, since a key must never reach another server than its own. */
export function originOf(url: string): string {
  return new URL(url).origin;
}
