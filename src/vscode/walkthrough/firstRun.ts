import type { Memento } from "vscode";
import { describeError } from "../../common/errors";
import type { Log } from "../../common/log";

const toldKey = "hearth.firstRunTold";

export interface FirstRunDeps {
  /** The extension's state for all workspaces. */
  readonly memento: Pick<Memento, "get" | "update">;
  /** Whether the model that is set is on this machine. Starts no process. */
  readonly hasModel: () => Promise<boolean>;
  /** Offers the walkthrough; resolves with whether the person wants it. */
  readonly offer: () => Promise<boolean>;
  readonly open: () => Promise<void>;
  readonly log: Log;
}

/** Offers the walkthrough once, to a person without a model. It is never offered again, whatever became of the offer. */
export async function firstRun({ memento, hasModel, offer, open, log }: FirstRunDeps): Promise<void> {
  try {
    if (memento.get<boolean>(toldKey) === true) return;
    await memento.update(toldKey, true);
    if (await hasModel()) return;
    if (await offer()) await open();
  } catch (error) {
    log.write("info", `The first steps could not be offered: ${describeError(error)}`);
  }
}
