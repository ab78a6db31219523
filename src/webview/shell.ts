import { describeError } from "../common/errors";
import type { EmptyContract, RpcPeer } from "../common/rpc";
import type { AskReply, ShellContract, ViewAction, ViewRange } from "./protocol";

/** What the parts of the view ask of the shell. */
export interface Shell {
  /** Resolves to whether the question was taken. */
  ask(text: string): Promise<boolean>;
  stop(): void;
  /** Resolves to whether the changed question was taken. */
  edit(turn: string, text: string): Promise<boolean>;
  regenerate(turn: string): void;
  selectBranch(turn: string): void;
  branchInTab(turn: string): void;
  reproduce(turn: string): void;
  removeAttachment(index: number): void;
  openRange(range: ViewRange): void;
  setContext(enabled: boolean): void;
  action(action: ViewAction, turn?: string): void;
  insertCode(text: string): void;
  /** Any other request. Resolves with undefined once a failure was told. */
  request: ShellRequest;
}

type Requests = ShellContract["requests"];
export type ShellRequest = <K extends keyof Requests>(name: K, params: Requests[K][0]) => Promise<Requests[K][1] | undefined>;

export type ShellPeer = RpcPeer<EmptyContract, ShellContract>;

/** Where a request's outcome is told. */
export interface Outcomes {
  readonly onError: (message: string) => void;
  /** What a command that was typed has to say. */
  readonly onReply: (text: string) => void;
}

/** Sends each wish as a request; one that fails is told by `onError`. */
export function rpcShell(peer: ShellPeer, { onError, onReply }: Outcomes): Shell {
  const taken = (reply: Promise<AskReply | void>) =>
    reply.then(
      (said) => {
        if (said?.text !== undefined) onReply(said.text);
        return true;
      },
      (error: unknown) => {
        onError(describeError(error));
        return false;
      },
    );
  const send = (reply: Promise<void>) => void taken(reply);
  return {
    ask: (text) => taken(peer.call("ask", { text })),
    edit: (turn, text) => taken(peer.call("edit", { turn, text })),
    regenerate: (turn) => send(peer.call("regenerate", { turn })),
    selectBranch: (turn) => send(peer.call("selectBranch", { turn })),
    branchInTab: (turn) => send(peer.call("branchInTab", { turn })),
    reproduce: (turn) => send(peer.call("reproduce", { turn })),
    stop: () => send(peer.call("stop", {})),
    removeAttachment: (index) => send(peer.call("removeAttachment", { index })),
    openRange: ({ path, startLine, endLine }) => send(peer.call("openRange", { path, startLine, endLine })),
    setContext: (enabled) => send(peer.call("setContext", { enabled })),
    action: (action, turn) => send(peer.call("action", turn === undefined ? { action } : { action, turn })),
    insertCode: (text) => send(peer.call("insertCode", { text })),
    request: (name, params) =>
      peer.call(name, params).catch((error: unknown) => {
        onError(describeError(error));
        return undefined;
      }),
  };
}
