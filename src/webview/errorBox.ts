import { h } from "./dom";
import { icon, type IconName } from "./icons";
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

type Act = (action: ViewAction) => void;

/** What went wrong, what to do about it, and buttons that do it; the first is the likeliest. */
export function errorBox(error: ViewError, act: Act): HTMLElement {
  return box({ class: "error-box", "aria-label": "Problem" }, "error", error, act);
}

/** The same of something that is still to be done, without the looks of a failure. */
export function setupBox(error: ViewError, act: Act): HTMLElement {
  return box({ class: "error-box setup", "aria-label": "Set up" }, "model", error, act);
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
  return h("button", { class: kind, type: "button", "data-action": action, click: () => act(action) }, labels[action]);
}
