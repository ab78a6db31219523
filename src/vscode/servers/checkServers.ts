import { ProgressLocation, window } from "vscode";
import { t } from "../../common/l10n";
import type { ServerConfig, ServerRole } from "../../engine/ports";
import { checkServer, type ServerCheck } from "./serverCheck";
import { serverName } from "./serverName";

/** A server with what it is for. */
export interface NamedServer {
  readonly role: ServerRole;
  readonly config: ServerConfig;
}

/** Asks each server for its model, and tells what comes of it. */
export async function checkServers(servers: readonly NamedServer[], keyOf: (server: NamedServer) => Promise<string | undefined>): Promise<readonly ServerCheck[]> {
  const title = t("Hearth: asking {0}…", [...new Set(servers.map(({ config }) => serverName(config.url)))].join(", "));
  const check = async (server: NamedServer) => checkServer(server.role, server.config, await keyOf(server));
  return window.withProgress({ location: ProgressLocation.Notification, title }, () => Promise.all(servers.map(check)));
}
