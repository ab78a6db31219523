import { workspace } from "vscode";
import { type Disposable, DisposableStore } from "../common/disposable";
import type { Log } from "../common/log";
import { applySettings } from "./applySettings";
import { setContextKey } from "./contextKeys";
import type { Core } from "./core";
import { followOpenFiles } from "./openFiles";
import { withErrorsShown } from "./showError";
import { toViewIndex } from "./viewModel";

/** Lets settings, workspace folders and context keys follow what changes. */
export function followState({ settings, models, indexing, index, chats, requests }: Core, log: Log): Disposable {
  const store = new DisposableStore();
  const configureEngine = () => withErrorsShown(log, () => models.configure());
  const apply = () => void applySettings(configureEngine, () => indexing.apply());
  store.add(settings.onDidChange(apply));
  store.add(workspace.onDidChangeWorkspaceFolders(apply));
  store.add(workspace.onDidGrantWorkspaceTrust(apply));
  store.add(chats.onDidChange(() => setContextKey("hearth.generating", chats.busy.length > 0)));
  // What the index computes in the background would slow the answer down.
  const rest = () => index.setResting(chats.busy.length + requests.count > 0);
  store.add(chats.onDidChange(rest));
  store.add(requests.onDidChange(rest));
  store.add(followOpenFiles(index));
  store.add(models.status.onDidChange((state) => setContextKey("hearth.modelReady", state.kind === "ready" && state.setup === undefined)));
  store.add(index.onDidChangeStatus((status) => setContextKey("hearth.indexing", toViewIndex(status).kind === "working")));
  return store;
}
