import { commands } from "vscode";
import type { Log } from "../../common/log";
import type { Engine, ModelListing } from "../../engine/ports";
import { pickModelFile } from "../modelSetting";
import type { ModelStatus } from "../modelStatus";
import type { OfferedServer } from "../servers/serverItems";
import type { ModelsInUse } from "./modelRows";
import { pickModelAction } from "./pickModelAction";
import { pickModelRow } from "./pickModelRow";
import { pickServerAction } from "./pickServerAction";
import { runModelAction } from "./runModelAction";

export interface ManageDeps {
  readonly engine: Pick<Engine, "fit">;
  /** The catalog, what lies in the model folders, and the files that are set. */
  readonly list: () => Promise<readonly ModelListing[]>;
  /** The chat server that is set; undefined: none is. */
  readonly server: () => OfferedServer | undefined;
  readonly status: ModelStatus;
  /** As the settings have it now. */
  readonly used: () => ModelsInUse;
  readonly log: Log;
}

/**
 * The model page: every model with its size, whether it fits, and what can be done with it. It comes back after each
 * action that leaves something to see, until the person leaves it.
 */
export async function manageModels(deps: ManageDeps): Promise<void> {
  let last: ModelListing | undefined;
  for (;;) {
    const chosen = await pickModelRow(deps, last);
    if (chosen === undefined) return;
    if (chosen === "file") {
      await pickModelFile();
      return;
    }
    if (chosen === "otherServer") {
      await commands.executeCommand("hearth.useServer");
      return;
    }
    if ("config" in chosen) {
      if (await pickServerAction(chosen)) continue;
      return;
    }
    last = chosen;
    const action = await pickModelAction(chosen, deps);
    if (action === undefined) return;
    if (action.kind !== "back") await runModelAction(chosen, action, deps);
  }
}
