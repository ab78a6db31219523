import { h } from "./dom";
import { icon } from "./icons";
import type { ViewAction, ViewError } from "./protocol";

const labels = {
  download: "Download",
  cancelDownload: "Cancel",
  pickFile: "Pick a File…",
  selectModel: "Select Model…",
  openSettings: "Settings",
  restartEngine: "Restart Engine",
  showLog: "Show Log",
  retry: "Ask Again",
  summarise: "Summarise",
  dropOldest: "Drop",
  useProcessor: "Use the Processor",
  useSmallerContext: "Halve the Context",
  pauseDownload: "Pause",
  resumeDownload: "Resume",
} as const satisfies Record<ViewAction, string>;

/** What went wrong, what to do about it, and buttons that do it; the first is the likeliest. */
export function errorBox(error: ViewError, act: (action: ViewAction) => void): HTMLElement {
  return h(
    "div",
    { class: "error-box", role: "group", "aria-label": "Problem" },
    icon("error"),
    h("div", { class: "error-text" }, h("p", {}, error.message), error.remedy !== undefined && h("p", { class: "muted" }, error.remedy)),
    error.actions.length > 0 && actionRow(error.actions, act),
  );
}

function actionRow(actions: readonly ViewAction[], act: (action: ViewAction) => void): HTMLElement {
  return h("div", { class: "actions" }, ...actions.map((action, i) => actionButton(action, act, i === 0)));
}

export function actionButton(action: ViewAction, act: (action: ViewAction) => void, primary = false): HTMLButtonElement {
  const kind = primary ? "button" : "button secondary";
  return h("button", { class: kind, type: "button", "data-action": action, click: () => act(action) }, labels[action]);
}
