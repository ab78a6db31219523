import { ConfigurationTarget, env, window, workspace } from "vscode";
import { t } from "../../common/l10n";
import { catalogEntry } from "../../engine/catalog";
import type { ModelListing } from "../../engine/ports";
import { acceptFit } from "../acceptFit";
import { downloadModel } from "../downloadModel";
import { setModel } from "../modelSetting";
import { endEmbeddingServer } from "../servers/serverSettings";
import { deleteModel } from "./deleteModel";
import type { ManageDeps } from "./manageModels";
import type { ModelAction } from "./modelRows";

/** Does what was chosen for a model on the page. */
export async function runModelAction(listing: ModelListing, action: ModelAction, deps: ManageDeps): Promise<void> {
  switch (action.kind) {
    case "use":
      return use(listing, action, deps);
    case "stopUsing":
      return setEmbedding("", "workspace");
    case "download":
      return downloadModel(deps.status, listing.id);
    case "discard":
      return deps.status.cancelDownload(listing.id);
    case "delete":
      return deleteModel(listing, deps.used());
    case "reveal":
      await env.clipboard.writeText(listing.file ?? "");
      void window.setStatusBarMessage(t("Hearth: the path is copied."), 5000);
      return;
    default:
      action satisfies never;
  }
}

async function use(listing: ModelListing, { role, where }: Extract<ModelAction, { kind: "use" }>, { engine, log }: ManageDeps): Promise<void> {
  const name = catalogEntry(listing.id) ? listing.id : (listing.file ?? listing.id);
  if (role === "embedding") return setEmbedding(name, where);
  const accepted = await acceptFit(name, { engine, log });
  if (accepted !== undefined) await setModel(accepted, where);
}

/** An empty name goes where the present one stands, so that it takes effect. */
async function setEmbedding(name: string, where: "workspace" | "user"): Promise<void> {
  const settings = workspace.getConfiguration("hearth");
  const isOwn = where === "workspace" && (name !== "" || settings.inspect("embeddingModel")?.workspaceValue !== undefined);
  await settings.update("embeddingModel", name, isOwn ? ConfigurationTarget.Workspace : ConfigurationTarget.Global);
  await endEmbeddingServer();
}
