import type { Log } from "../../common/log";
import { DiskBudget } from "./diskBudget";
import { StateFolder } from "./stateFolder";

/** Removes the states of a folder that a smaller budget no longer allows; with 0 all of them. */
export async function trimStates(directory: string, budgetBytes: number, log: Log): Promise<void> {
  if (directory === "") return;
  await new DiskBudget({ folder: new StateFolder(directory, log), budgetBytes: () => budgetBytes }).trim();
}
