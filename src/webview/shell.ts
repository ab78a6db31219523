import { describeError } from "../common/errors";
import type { EmptyContract, RpcPeer } from "../common/rpc";
import type { ShellContract, ViewAction, ViewRange } from "./protocol";

/** What the parts of the view ask of the shell. */
export interface Shell {
  /** Resolves to whether the question was taken. */
  ask(text: string): Promise<boolean>;
  stop(): void;
  removeAttachment(index: number): void;
  openRange(range: ViewRange): void;
  setContext(enabled: boolean): void;
  action(action: ViewAction, turn?: string): void;
  insertCode(text: string): void;
}

export type ShellPeer = RpcPeer<EmptyContract, ShellContract>;

/** Sends each wish as a request; one that fails is told by `onError`. */
export function rpcShell(peer: ShellPeer, onError: (message: string) => void): Shell {
  const taken = (reply: Promise<void>) =>
    reply.then(
      () => true,
      (error: unknown) => {
        onError(describeError(error));
        return false;
      },
    );
  const send = (reply: Promise<void>) => void taken(reply);
  return {
    ask: (text) => taken(peer.call("ask", { text })),
    stop: () => send(peer.call("stop", {})),
    removeAttachment: (index) => send(peer.call("removeAttachment", { index })),
    openRange: ({ path, startLine, endLine }) => send(peer.call("openRange", { path, startLine, endLine })),
    setContext: (enabled) => send(peer.call("setContext", { enabled })),
    action: (action, turn) => send(peer.call("action", turn === undefined ? { action } : { action, turn })),
    insertCode: (text) => send(peer.call("insertCode", { text })),
  };
}
