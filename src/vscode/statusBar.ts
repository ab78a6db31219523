import { StatusBarAlignment, ThemeColor, window } from "vscode";
import { type Disposable, DisposableStore } from "../common/disposable";
import type { CodeIndex } from "../rag/ports";
import type { ModelStatus } from "./modelStatus";
import { statusText, statusTooltip } from "./statusText";
import { toViewIndex } from "./viewModel";

/** The one item in the status bar; a click opens the menu. */
export function createStatusBar(model: ModelStatus, index: Pick<CodeIndex, "status" | "onDidChangeStatus">): Disposable {
  const store = new DisposableStore();
  const item = store.add(window.createStatusBarItem("hearth.status", StatusBarAlignment.Right, 100));
  item.name = "Hearth";
  item.command = "hearth.showMenu";
  const show = () => {
    const state = model.state;
    const indexState = toViewIndex(index.status);
    item.text = statusText(state, indexState);
    item.tooltip = statusTooltip(state, indexState);
    item.backgroundColor = state.kind === "unavailable" ? new ThemeColor("statusBarItem.warningBackground") : undefined;
  };
  show();
  item.show();
  store.add(model.onDidChange(show));
  store.add(index.onDidChangeStatus(show));
  return store;
}
