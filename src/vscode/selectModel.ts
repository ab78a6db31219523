import { commands, window } from "vscode";
import { t } from "../common/l10n";
import type { Log } from "../common/log";
import type { Engine } from "../engine/ports";
import { acceptFit } from "./acceptFit";
import { showFits } from "./modelFits";
import { type ModelItem, modelItems } from "./modelItems";
import { currentModelTarget, pickModelFile, setModel } from "./modelSetting";
import { targetLabel } from "./modelTarget";
import type { OfferedServer } from "./servers/serverItems";
import { setBackend } from "./servers/serverSettings";

export interface SelectDeps {
  readonly engine: Pick<Engine, "models" | "fit">;
  readonly folders: readonly string[];
  /** The model of this machine that is in use; empty: a server's is. */
  readonly current: string;
  readonly server: OfferedServer | undefined;
  readonly log: Log;
}

/** Offers the catalog's models, the files in the model folders, any other file, and servers; sets what was chosen. */
export async function selectModel(deps: SelectDeps): Promise<void> {
  const chosen = await pick(deps);
  if (!chosen) return;
  if (chosen.server === "set") return setBackend("openai");
  if (chosen.server === "other") {
    await commands.executeCommand("hearth.useServer");
    return;
  }
  if (chosen.model === undefined) {
    await pickModelFile();
    return;
  }
  const model = await acceptFit(chosen.model, deps);
  if (model !== undefined) await setModel(model);
}

/** The list is there at once; whether each model fits this machine follows. */
async function pick(deps: SelectDeps): Promise<ModelItem | undefined> {
  const picker = window.createQuickPick<ModelItem>();
  const closed = new AbortController();
  picker.title = t("Select the Model that Answers");
  picker.placeholder = targetLabel(currentModelTarget());
  picker.matchOnDescription = picker.matchOnDetail = true;
  picker.busy = true;
  picker.show();
  try {
    return await Promise.race([answerOf(picker), fill(picker, deps, closed.signal)]);
  } finally {
    closed.abort();
    picker.dispose();
  }
}

type Picker = ReturnType<typeof window.createQuickPick<ModelItem>>;

function answerOf(picker: Picker): Promise<ModelItem | undefined> {
  return new Promise((resolve) => {
    picker.onDidAccept(() => {
      const [item] = picker.selectedItems;
      if (item) resolve(item);
    });
    picker.onDidHide(() => resolve(undefined));
  });
}

/** Rejects where there is no list to show; else it never settles, so that the answer decides. */
async function fill(picker: Picker, { engine, folders, current, server, log }: SelectDeps, closed: AbortSignal): Promise<never> {
  picker.items = await modelItems(engine, folders, current, server);
  await showFits(picker, engine, log, closed);
  picker.busy = false;
  return new Promise<never>(() => undefined);
}
