import type { Webview } from "vscode";
import type { Port } from "../common/rpc";
import { toDisposable } from "../common/disposable";

/** The shell's end of the wire to a webview. A message to a view that is hidden is lost: it asks anew when shown again. */
export function webviewPort(webview: Webview): Port {
  return {
    post: (message) => void webview.postMessage(message),
    onMessage: (listener) => webview.onDidReceiveMessage(listener),
    onClose: () => toDisposable(() => undefined),
  };
}
