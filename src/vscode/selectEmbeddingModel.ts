import { cpus } from "node:os";
import { commands, ConfigurationTarget, window, workspace } from "vscode";
import { t } from "../common/l10n";
import type { Engine, ServerConfig } from "../engine/ports";
import { downloadModel } from "./downloadModel";
import { type EmbeddingItem, embeddingItems } from "./embeddingItems";
import type { Indexing } from "./indexing";
import { currentModelTarget } from "./modelSetting";
import type { ModelStatus } from "./modelStatus";
import { targetLabel } from "./modelTarget";
import { endEmbeddingServer } from "./servers/serverSettings";

export interface SelectEmbeddingDeps {
  readonly engine: Pick<Engine, "models">;
  readonly status: ModelStatus;
  readonly indexing: Indexing;
  /** As it is set: a catalog id, a path, or empty. */
  readonly current: string;
  /** The server that makes the vectors; undefined: this machine does. */
  readonly server: ServerConfig | undefined;
}

/** Offers the embedding models; downloads the one that is chosen where it is not there yet, and sets it. */
export async function selectEmbeddingModel(deps: SelectEmbeddingDeps): Promise<void> {
  const chosen = await pick(deps);
  if (!chosen) return;
  if (chosen.server === "other") {
    await commands.executeCommand("hearth.useServer", "embedding");
    return;
  }
  if (chosen.server === "set") return deps.indexing.update();
  const model = chosen.model ?? (await pickFile());
  if (model === undefined) return;
  if (chosen.isMissing === true && !(await downloaded(deps, model))) return;
  if (model === deps.current && !deps.server) await deps.indexing.update();
  else await setEmbeddingModel(model);
  if (deps.server) await endEmbeddingServer();
}

async function pick({ engine, indexing, current, server }: SelectEmbeddingDeps): Promise<EmbeddingItem | undefined> {
  const around = { current, server, chunks: indexing.index.summary?.chunks ?? 0, cores: cpus().length };
  const items = engine.models().then((models) => [...embeddingItems(models, around)]);
  return window.showQuickPick(items, {
    title: t("Select the Embedding Model, Which Lets the Index Find Code by Meaning"),
    placeHolder: targetLabel(currentModelTarget()),
    matchOnDescription: true,
    matchOnDetail: true,
  });
}

/** Whether the file is whole now; a paused download has been told already. */
async function downloaded({ engine, status }: SelectEmbeddingDeps, model: string): Promise<boolean> {
  await downloadModel(status, model);
  return (await engine.models()).some(({ id, file }) => id === model && file !== undefined);
}

async function pickFile(): Promise<string | undefined> {
  const filters = { [t("GGUF models")]: ["gguf"] };
  const [file] = (await window.showOpenDialog({ title: t("Pick an Embedding Model"), openLabel: t("Use Model"), filters })) ?? [];
  return file?.fsPath;
}

async function setEmbeddingModel(model: string): Promise<void> {
  const target = currentModelTarget() === "workspace" ? ConfigurationTarget.Workspace : ConfigurationTarget.Global;
  await workspace.getConfiguration("hearth").update("embeddingModel", model, target);
}
