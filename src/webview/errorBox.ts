import { t } from "../common/l10n";
import { h } from "./dom";
import { icon, type IconName } from "./icons";
import type { ViewAction, ViewError } from "./protocol";

/** What the button of an action says. */
function labelOf(action: ViewAction): string {
  switch (action) {
    case "download":
      return t("Download");
    case "cancelDownload":
      return t("Cancel");
    case "pickFile":
      return t("Pick a File…");
    case "selectModel":
      return t("Select Model…");
    case "openSettings":
      return t("Settings");
    case "restartEngine":
      return t("Restart Engine");
    case "showLog":
      return t("Show Log");
    case "retry":
      return t("Ask Again");
    case "summarise":
      return t("Summarise");
    case "dropOldest":
      return t("Drop");
    case "useProcessor":
      return t("Use the Processor");
    case "useSmallerContext":
      return t("Halve the Context");
    case "pauseDownload":
      return t("Pause");
    case "resumeDownload":
      return t("Resume");
    default:
      return action satisfies never;
  }
}

type Act = (action: ViewAction) => void;

/** What went wrong, what to do about it, and buttons that do it; the first is the likeliest. */
export function errorBox(error: ViewError, act: Act): HTMLElement {
  return box({ class: "error-box", "aria-label": t("Problem") }, "error", error, act);
}

/** The same of something that is still to be done, without the looks of a failure. */
export function setupBox(error: ViewError, act: Act): HTMLElement {
  return box({ class: "error-box setup", "aria-label": t("Set up") }, "model", error, act);
}

function box(props: { readonly class: string; readonly "aria-label": string }, name: IconName, error: ViewError, act: Act): HTMLElement {
  return h(
    "div",
    { role: "group", ...props },
    icon(name),
    h("div", { class: "error-text" }, h("p", {}, error.message), error.remedy !== undefined && h("p", { class: "muted" }, error.remedy)),
    error.actions.length > 0 && actionRow(error.actions, act),
  );
}

function actionRow(actions: readonly ViewAction[], act: Act): HTMLElement {
  return h("div", { class: "actions" }, ...actions.map((action, i) => actionButton(action, act, i === 0)));
}

export function actionButton(action: ViewAction, act: Act, primary = false): HTMLButtonElement {
  const kind = primary ? "button" : "button secondary";
  return h("button", { class: kind, type: "button", "data-action": action, click: () => act(action) }, labelOf(action));
}
