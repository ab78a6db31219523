import { commands, window } from "vscode";
import type { ErrorCode } from "../../common/errors";
import { t } from "../../common/l10n";
import { environmentKeys } from "../../engine/remote/serverKeys";
import type { ServerRole, Servers } from "../../engine/ports";
import type { CommandId } from "../commandIds";
import { openSettings } from "../openSettings";
import { askForServer, askKey } from "./askForServer";
import { checkServers, type NamedServer } from "./checkServers";
import type { ServerCheck } from "./serverCheck";
import type { ServerKeyStore } from "./serverKeyStore";
import { originOf, serverLabel, serverName } from "./serverName";
import { isWorkspacesServer, serverSettings, setServer, useServerEverywhere } from "./serverSettings";

export interface ServerCommandDeps {
  readonly store: ServerKeyStore;
  readonly servers: () => Servers;
  /** Makes a change of several settings one. */
  readonly together: (change: () => Promise<void>) => Promise<void>;
  /** Takes changed settings and keys over: asks the servers again. */
  readonly apply: () => Promise<void>;
}

type Commands = Readonly<Record<Extract<CommandId, "hearth.useServer" | "hearth.checkServer" | "hearth.setServerKey" | "hearth.forgetServerKey">, (...chosen: readonly unknown[]) => unknown>>;

/** What a person can do about servers. */
export function serverCommands(deps: ServerCommandDeps): Commands {
  return {
    "hearth.useServer": (role) => useServer(role === "embedding" ? "embedding" : "chat", deps),
    "hearth.checkServer": () => check(deps),
    "hearth.setServerKey": () => setKey(deps),
    "hearth.forgetServerKey": () => forgetKey(deps),
  };
}

async function useServer(role: ServerRole, deps: ServerCommandDeps): Promise<void> {
  const { store, servers, together, apply } = deps;
  const chosen = await askForServer({ role, current: servers()[role].url, keyOf: (url) => keyOf(url, role, deps), keep: (url, key) => store.set(url, key) });
  if (!chosen) return;
  await together(async () => {
    await setServer(role, chosen);
    if (role === "chat") await useServerEverywhere();
  });
  await apply();
  const label = serverLabel(chosen);
  void window.showInformationMessage(role === "chat" ? t("Hearth: {0} answers from now on.", label) : t("Hearth: {0} makes the vectors for search by meaning from now on.", label));
}

/** The key of the environment is for the servers that the person names: by typing them here, or in their own settings. */
async function keyOf(url: string, role: ServerRole, { store, servers }: ServerCommandDeps): Promise<string | undefined> {
  const isWorkspaces = url === servers()[role].url && isWorkspacesServer(role);
  return (await store.of(url)) ?? (isWorkspaces ? undefined : environmentKeys(process.env)(role));
}

async function check(deps: ServerCommandDeps): Promise<void> {
  const servers = named(deps);
  if (servers.length === 0) {
    const button = t("Use a Server…");
    if ((await window.showInformationMessage(t("Hearth: no server is set."), button)) === button) await useServer("chat", deps);
    return;
  }
  const results = await checkServers(servers, ({ role, config }) => keyOf(config.url, role, deps));
  // One that was given up is asked again.
  if (results.some(({ kind }) => kind === "fine")) await deps.apply();
  await Promise.all(results.map((result) => tell(result)));
}

function named({ servers }: ServerCommandDeps): readonly NamedServer[] {
  const given = servers();
  return (["chat", "embedding"] as const).map((role) => ({ role, config: given[role] })).filter(({ config }) => config.url !== "");
}

async function tell(result: ServerCheck): Promise<void> {
  if (result.kind === "fine") {
    void window.showInformationMessage(`Hearth: ${result.message}`);
    return;
  }
  const help = helpFor(result.code);
  const chosen = await window.showErrorMessage(`Hearth: ${result.message}`, help.label, t("Server Settings"));
  if (chosen === help.label) await commands.executeCommand(help.command);
  else if (chosen !== undefined) await openSettings(serverSettings);
}

function helpFor(code: ErrorCode | undefined): { readonly label: string; readonly command: CommandId } {
  if (code === "server-refused") return { label: t("Set Key…"), command: "hearth.setServerKey" };
  return code === "server-model-missing" ? { label: t("Use a Server…"), command: "hearth.useServer" } : { label: t("Try Again"), command: "hearth.checkServer" };
}

async function setKey(deps: ServerCommandDeps): Promise<void> {
  const urls = [...new Map(named(deps).map(({ config: { url } }) => [originOf(url), url])).values()];
  if (urls.length === 0) return check(deps);
  const url = urls.length === 1 ? urls[0] : await pickOrigin(urls, t("Set the Key of a Server"));
  const key = url === undefined ? undefined : await askKey(url);
  if (url === undefined || key === undefined) return;
  await deps.store.set(url, key);
  await check(deps);
}

async function forgetKey({ store, apply }: ServerCommandDeps): Promise<void> {
  const { origins } = store;
  if (origins.length === 0) {
    void window.showInformationMessage(t("Hearth keeps no key of a server."));
    return;
  }
  const origin = await pickOrigin(origins, t("Forget the Key of a Server"));
  if (origin === undefined) return;
  await store.forget(origin);
  await apply();
  void window.showInformationMessage(t("Hearth: the key of {0} is forgotten.", serverName(origin)));
}

async function pickOrigin(urls: readonly string[], title: string): Promise<string | undefined> {
  const chosen = await window.showQuickPick(urls.map((url) => ({ label: serverName(url), description: originOf(url), url })), { title });
  return chosen?.url;
}
