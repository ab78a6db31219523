import { t } from "../common/l10n";
import { h } from "./dom";
import { icon, type IconName } from "./icons";
import type { ViewAction, ViewError } from "./protocol";

/** What the button of an action says. */
const labels: Readonly<Record<ViewAction, () => string>> = {
  download: () => t("Download"),
  cancelDownload: () => t("Cancel"),
  pickFile: () => t("Pick a File…"),
  selectModel: () => t("Select Model…"),
  openSettings: () => t("Settings"),
  restartEngine: () => t("Restart Engine"),
  showLog: () => t("Show Log"),
  retry: () => t("Ask Again"),
  summarise: () => t("Summarise"),
  dropOldest: () => t("Drop"),
  useProcessor: () => t("Use the Processor"),
  useSmallerContext: () => t("Halve the Context"),
  pauseDownload: () => t("Pause"),
  resumeDownload: () => t("Resume"),
  checkServer: () => t("Check Connection"),
  setServerKey: () => t("Set Key…"),
  useServer: () => t("Server…"),
  serverSettings: () => t("Server Settings"),
};

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
  return h("button", { class: kind, type: "button", "data-action": action, click: () => act(action) }, labels[action]());
}
