import { t } from "../common/l10n";
import { fill, h } from "./dom";
import { foldingText } from "./format";
import { icon } from "./icons";
import { ProgressBar } from "./progressBar";
import type { ViewActivity } from "./protocol";
import { summaryDetails } from "./summaryDetails";

/** What stands under the last turn: the summary that the next question takes over, work on the whole conversation, a quiet line. */
export class ConversationEnd {
  readonly #summary = h("div");
  readonly #work = h("div", { class: "prefill" });
  readonly #note = h("div", { role: "status" });
  readonly element = h("div", { class: "conversation-end" }, this.#summary, this.#work, this.#note);

  setSummary(text: string | undefined): void {
    fill(this.#summary, text !== undefined && summaryDetails(text));
  }

  setActivity(activity: ViewActivity): void {
    if (activity.kind !== "compacting") return fill(this.#work);
    fill(this.#work, new ProgressBar(t("Folding")).element, h("span", {}, foldingText(activity.turns)));
  }

  setNote(text: string): void {
    fill(this.#note, text !== "" && h("p", { class: "note" }, icon("info"), text));
  }
}
