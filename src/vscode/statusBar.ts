import { StatusBarAlignment, ThemeColor, window } from "vscode";
import { type Disposable, DisposableStore } from "../common/disposable";
import type { Core } from "./core";
import { statusText, statusTooltip } from "./statusText";
import { toViewIndex } from "./viewModel";

/** The one item in the status bar; a click opens the menu. */
export function createStatusBar({ models, index, chats, requests }: Pick<Core, "models" | "index" | "chats" | "requests">): Disposable {
  const store = new DisposableStore();
  const item = store.add(window.createStatusBarItem("hearth.status", StatusBarAlignment.Right, 100));
  item.name = "Hearth";
  item.command = "hearth.showMenu";
  const show = () => {
    const { state } = models.status;
    const indexState = toViewIndex(index.status);
    const answers = chats.busy.length + requests.count;
    item.text = statusText(state, indexState, answers);
    item.tooltip = statusTooltip(state, indexState, answers);
    item.accessibilityInformation = { label: item.tooltip, role: "button" };
    item.backgroundColor = state.kind === "unavailable" ? new ThemeColor("statusBarItem.warningBackground") : undefined;
  };
  show();
  item.show();
  store.add(models.status.onDidChange(show));
  store.add(index.onDidChangeStatus(show));
  store.add(chats.onDidChange(show));
  store.add(requests.onDidChange(show));
  return store;
}
