import { t } from "../../common/l10n";
import { h } from "../dom";
import { icon } from "../icons";
import { droppedUris, holdsFiles } from "./droppedUris";

export interface DropActions {
  drop(uris: readonly string[]): void;
  /** Files were dropped that do not tell where they are. */
  refuse(message: string): void;
}

/** Takes files that are dropped anywhere on the view. It shows while they are dragged over it. */
export class DropZone {
  readonly element = h("div", { class: "drop-zone", hidden: true, "aria-hidden": "true" }, icon("file"), h("span", {}, t("Drop to attach")));

  constructor(
    view: EventTarget,
    readonly actions: DropActions,
  ) {
    view.addEventListener("dragover", (event) => this.#over(event));
    view.addEventListener("dragleave", (event) => this.#left(event));
    view.addEventListener("drop", (event) => this.#dropped(event));
  }

  #over(event: Event): void {
    const files = transferOf(event);
    if (!files || !holdsFiles(files)) return;
    event.preventDefault();
    files.dropEffect = "copy";
    this.element.hidden = false;
  }

  /** Only the last one leaves the page; the others pass from one element to the next. */
  #left(event: Event): void {
    if (!("relatedTarget" in event) || event.relatedTarget === null) this.element.hidden = true;
  }

  #dropped(event: Event): void {
    const files = transferOf(event);
    this.element.hidden = true;
    if (!files || !holdsFiles(files)) return;
    event.preventDefault();
    const uris = droppedUris(files);
    if (uris.length > 0) this.actions.drop(uris);
    else this.actions.refuse(t("What was dropped does not say where it is. Drag it from the explorer with Shift held, or attach it with @."));
  }
}

function transferOf(event: Event): DataTransfer | undefined {
  return "dataTransfer" in event ? ((event as DragEvent).dataTransfer ?? undefined) : undefined;
}
