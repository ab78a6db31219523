import type { QuickPickItem } from "vscode";
import { t } from "../../common/l10n";
import type { ServerConfig } from "../../engine/ports";
import { serverLabel, serverName } from "./serverName";

/** The server that is set, among models to choose from. */
export interface OfferedServer {
  readonly config: ServerConfig;
  readonly inUse: boolean;
}

/** A row for the server that is set. */
export function serverItem({ config, inUse }: OfferedServer): QuickPickItem {
  return {
    label: `${inUse ? "$(check)" : "$(server)"} ${serverLabel(config)}`,
    description: inUse ? t("in use") : "",
    detail: t("Questions go to {0}, with the code they need", serverName(config.url)),
  };
}

/** The row that leads to another one. */
export function otherServerItem(): QuickPickItem {
  return { label: `$(server) ${t("Use a Server…")}`, detail: t("llama-server, vLLM, Ollama, LM Studio, or hearth serve on another machine") };
}
