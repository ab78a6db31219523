import { cpus, freemem, homedir, release, totalmem } from "node:os";
import { env, type Extension, ExtensionKind, extensions, version, window, workspace } from "vscode";
import { t } from "../../common/l10n";
import type { EngineState } from "../../engine/ports";
import type { IndexStatus } from "../../rag/ports";
import { readSettings, type Settings } from "../settings";
import type { RecentErrors } from "./recentErrors";
import { type ReportFacts, reportText } from "./reportText";

export interface ReportDeps {
  readonly errors: RecentErrors;
  readonly settings: () => Settings;
  readonly model: () => EngineState;
  readonly index: () => IndexStatus;
}

/** Opens the report as a new document, and copies it when the person says so. */
export async function showReport(deps: ReportDeps): Promise<void> {
  const content = reportText(factsOf(deps));
  await window.showTextDocument(await workspace.openTextDocument({ language: "markdown", content }));
  const copy = t("Copy");
  if ((await window.showInformationMessage(t("Hearth: this report holds no questions, no answers and no code."), copy)) !== copy) return;
  await env.clipboard.writeText(content);
}

function factsOf({ errors, settings, model, index }: ReportDeps): ReportFacts {
  const current = settings();
  const extension = extensions.getExtension("hearth.hearth");
  return {
    versions: { extension: versionOf(extension), editor: `${env.appName} ${version}`, node: process.version, library: libraryVersion(model()) },
    machine: { platform: `${process.platform} ${process.arch} ${release()}`, cpu: cpus()[0]?.model.trim() ?? "unknown", cores: cpus().length, ramBytes: totalmem(), freeRamBytes: freemem() },
    place: [extension?.extensionKind === ExtensionKind.UI ? "ui" : "workspace", env.remoteName].filter(Boolean).join(", "),
    trusted: workspace.isTrusted,
    model: model(),
    embeddingModel: current["embeddingServer.url"] === "" ? current.embeddingModel : "on a server",
    index: index(),
    settings: current,
    defaults: readSettings(() => undefined).settings,
    errors: errors.all,
    home: homedir(),
    servers: [current["server.url"], current["embeddingServer.url"]],
  };
}

/** Known once the model was loaded. */
function libraryVersion(state: EngineState): string {
  return state.kind === "ready" ? state.info.libraryVersion : "not loaded";
}

function versionOf(extension: Extension<unknown> | undefined): string {
  const manifest = extension?.packageJSON as unknown;
  return typeof manifest === "object" && manifest !== null && "version" in manifest ? String(manifest.version) : "unknown";
}
