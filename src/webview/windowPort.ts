import { toDisposable } from "../common/disposable";
import type { Port } from "../common/rpc";

/** The view's end of the wire to the shell. It never closes: when the shell is gone, so is the page. */
export function windowPort(post: (message: unknown) => void): Port {
  return {
    post,
    onMessage(listener) {
      const onMessage = (event: MessageEvent<unknown>) => listener(event.data);
      window.addEventListener("message", onMessage);
      return toDisposable(() => window.removeEventListener("message", onMessage));
    },
    onClose: () => toDisposable(() => undefined),
  };
}
