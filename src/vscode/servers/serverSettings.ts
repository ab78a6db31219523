import { ConfigurationTarget, workspace } from "vscode";
import type { ServerRole } from "../../engine/ports";
import { configurationTargets, currentModelTarget } from "../modelSetting";
import type { ModelTarget } from "../modelTarget";
import type { SettingName } from "../settings";

/** What the settings page is asked for. */
export const serverSettings = "@ext:hearth.hearth server";

const urlSettings = { chat: "server.url", embedding: "embeddingServer.url" } as const satisfies Record<ServerRole, SettingName>;
const modelSettings = { chat: "server.model", embedding: "embeddingServer.model" } as const satisfies Record<ServerRole, SettingName>;

/** Whether the workspace's settings name the server, and not the person's. */
export function isWorkspacesServer(role: ServerRole): boolean {
  const found = workspace.getConfiguration("hearth", workspace.workspaceFolders?.[0]?.uri).inspect(urlSettings[role]);
  return found?.workspaceValue !== undefined || found?.workspaceFolderValue !== undefined;
}

/** Names a server and its model. An empty URL ends its use. */
export async function setServer(role: ServerRole, { url, model }: { readonly url: string; readonly model: string }): Promise<void> {
  await setWhereItStands(modelSettings[role], model);
  await setWhereItStands(urlSettings[role], url);
}

/** Lets this machine make the vectors again. */
export async function endEmbeddingServer(): Promise<void> {
  if (workspace.getConfiguration("hearth").get(urlSettings.embedding) !== "") await setServer("embedding", { url: "", model: "" });
}

/** Lets the server that is set answer, wherever the person's settings count. */
export async function useServerEverywhere(): Promise<void> {
  await setWhereItStands("backend", "openai");
}

/** Where the model runs that answers; the model's own setting stands in the same place. */
export async function setBackend(backend: "auto" | "openai", where: ModelTarget = currentModelTarget()): Promise<void> {
  await workspace.getConfiguration("hearth").update("backend", backend, configurationTargets[where]);
}

/** A server is the person's, and used in every workspace; one that has a value of its own gets the new one there, where it counts. */
async function setWhereItStands(name: SettingName, value: string): Promise<void> {
  const settings = workspace.getConfiguration("hearth");
  const isOwn = workspace.isTrusted && settings.inspect(name)?.workspaceValue !== undefined;
  await settings.update(name, value, isOwn ? ConfigurationTarget.Workspace : ConfigurationTarget.Global);
}
