import { t } from "../../common/l10n";
import { fill, h } from "../dom";
import { count } from "../format";
import type { ViewDraftSize } from "../protocol";
import type { Shell } from "../shell";
import { LatestRequest } from "./latestRequest";

/** After the last key, in milliseconds. */
const pause = 300;

/** Tells how many tokens the next question would take, while a model is there to count them. */
export class DraftSizeLine {
  readonly element = h("p", { class: "draft-size" });
  readonly #request = new LatestRequest<ViewDraftSize | null | undefined>();
  #ready = false;

  /** @param announce says once that a question has become too large */
  constructor(
    readonly shell: Pick<Shell, "request">,
    readonly draft: () => { text: string; isEmpty: boolean },
    readonly announce: (text: string) => void,
  ) {
    this.#show(undefined);
  }

  /** Whether a model is loaded; without one nothing is counted. */
  setReady(ready: boolean): void {
    if (this.#ready === ready) return;
    this.#ready = ready;
    if (ready) return this.refresh();
    this.#request.cancel();
    this.#show(undefined);
  }

  /** To be called when the draft, what is attached or the conversation has changed. */
  refresh(): void {
    if (!this.#ready) return;
    this.#request.ask(pause, () => this.shell.request("draftSize", { text: this.draft().text }), (size) => this.#show(size ?? undefined));
  }

  #show(size: ViewDraftSize | undefined): void {
    this.element.hidden = size === undefined;
    if (!size) return;
    const { question, history, contextSize, estimated } = size;
    const tooLarge = question + history > contextSize;
    const used = estimated ? t("about {0} of {1} used", count(history), count(contextSize)) : t("{0} of {1} used", count(history), count(contextSize));
    this.element.title = tooLarge ? overflow(size) : "";
    if (tooLarge && !this.element.classList.contains("too-large")) this.announce(overflow(size));
    this.element.classList.toggle("too-large", tooLarge);
    if (this.draft().isEmpty) fill(this.element, used);
    else fill(this.element, h("span", {}, t("~{0} tokens", count(question))), " · ", h("span", {}, used));
  }
}

function overflow({ question, contextSize }: ViewDraftSize): string {
  return question > contextSize
    ? t("The question is larger than the context of {0} tokens.", count(contextSize))
    : t("With this question the context of {0} tokens is full: the oldest turns have to leave it.", count(contextSize));
}
