import { describeError, isAbortError } from "../common/errors";
import type { Log } from "../common/log";
import type { Engine } from "../engine/ports";
import { fitLabel } from "./fitText";
import type { ModelItem } from "./modelItems";

/** A list on screen. */
export interface ItemList {
  items: readonly ModelItem[];
  activeItems: readonly ModelItem[];
}

/** Adds to each row of the catalog whether its model fits this machine, one after the other. A row that cannot be judged stays as it is. */
export async function showFits(list: ItemList, engine: Pick<Engine, "fit">, log: Log, signal: AbortSignal): Promise<void> {
  for (const { model, isListed } of [...list.items]) {
    if (model === undefined || !isListed || signal.aborted) continue;
    try {
      addToRow(list, model, fitLabel(await engine.fit({ model }, signal)));
    } catch (error) {
      if (!isAbortError(error)) log.write("info", `Whether ${model} fits is not known: ${describeError(error)}`);
    }
  }
}

/** The row that is highlighted stays so, although the list is a new one. */
function addToRow(list: ItemList, model: string, label: string): void {
  const active = list.activeItems[0]?.model;
  list.items = list.items.map((item) => (item.model === model ? { ...item, description: [item.description, label].filter(Boolean).join("   ") } : item));
  list.activeItems = list.items.filter((item) => item.model !== undefined && item.model === active);
}
