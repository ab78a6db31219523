import { t } from "../common/l10n";
import { h } from "./dom";
import { around } from "./format";
import { icon, type IconName } from "./icons";
import { type ModelPlace, placeText } from "./modelPlace";
import type { Shell } from "./shell";

/** What a new conversation shows: where questions and code go, and three ways to begin. */
export function emptyState(shell: Pick<Shell, "action">, focusInput: () => void, place: ModelPlace): HTMLElement {
  const key = /mac/i.test(navigator.userAgent) ? "⌘K ⌘E" : "Ctrl+K Ctrl+E";
  const [before, after] = around(t("Select code and press {0} to have it explained"));
  return h(
    "div",
    { class: "empty" },
    icon("flame"),
    h("h1", {}, t("Ask Hearth")),
    h("p", { class: "muted", "data-part": "place" }, placeText(place)),
    h(
      "ul",
      { class: "hints" },
      h("li", {}, hint("chat", t("Type a question about your code"), focusInput)),
      h("li", {}, h("div", { class: "hint" }, icon("code"), h("span", {}, before, h("kbd", {}, key), after))),
      h("li", {}, hint("model", t("Select the model that answers"), () => shell.action("selectModel"))),
    ),
  );
}

function hint(name: IconName, text: string, click: () => void): HTMLElement {
  return h("button", { class: "hint", type: "button", click }, icon(name), h("span", {}, text));
}
