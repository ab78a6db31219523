import { type ChildProcess, fork } from "node:child_process";
import { t } from "./l10n";
import { HearthError } from "./errors";
import { type Disposable, toDisposable } from "./disposable";
import { translationsVariable } from "./readTranslations";
import type { Port } from "./rpc";

export interface ForkOptions {
  /** Added to this process's environment. */
  readonly env?: NodeJS.ProcessEnv | undefined;
  /** Node, or an Electron that can run as Node; this process's own by default. */
  readonly execPath?: string | undefined;
  /** Node's own flags. Default: none. */
  readonly flags?: readonly string[];
  /** Path of the editor's bundle of texts in the person's language, for `readTranslations` in the child. Default: English. */
  readonly translations?: string | undefined;
}

/**
 * Starts a program of ours to talk to over `childPort`: typed arrays cross whole, an editor's Electron runs as Node, and
 * the parent's own Node flags (a debugger's port, say) are not taken over. What it prints on stderr is piped.
 */
export function forkProgram(entry: string, { env, execPath = process.execPath, flags = [], translations }: ForkOptions = {}): ChildProcess {
  return fork(entry, [], {
    execPath,
    execArgv: [...flags],
    serialization: "advanced",
    env: { ...process.env, ...env, [translationsVariable]: translations ?? "", ELECTRON_RUN_AS_NODE: "1" },
    stdio: ["ignore", "ignore", "pipe", "ipc"],
    windowsHide: true,
  });
}

/** The parent's end of a child from `forkProgram`. */
export function childPort(child: ChildProcess, name: string): Port {
  return {
    post: (message) => {
      if (child.connected) child.send(message as object);
    },
    onMessage: (listener) => {
      child.on("message", listener);
      return toDisposable(() => child.off("message", listener));
    },
    onClose: (listener) => {
      const onExit = (code: number | null, signal: NodeJS.Signals | null) => listener(exitError(name, code, signal));
      const onError = (error: Error) =>
        listener(new HearthError("engine-stopped", t("The {0} process could not be started: {1}", name, error.message), { cause: error }));
      child.on("exit", onExit);
      child.on("error", onError);
      return toDisposable(() => {
        child.off("exit", onExit);
        child.off("error", onError);
        child.on("error", () => undefined);
      });
    },
  };
}

function exitError(name: string, code: number | null, signal: NodeJS.Signals | null): HearthError {
  const message = signal ? t("The {0} process was ended by {1}.", name, signal) : t("The {0} process ended with code {1}.", name, String(code));
  return new HearthError("engine-stopped", message);
}

/** The child's end. Closes when the parent is gone. */
export function parentPort(): Port {
  // Ctrl+C at a terminal goes to every process there; what it ends is the parent's to decide.
  process.on("SIGINT", () => undefined);
  return {
    post: (message) => {
      if (process.connected) process.send?.(message);
    },
    onMessage: (listener) => listen("message", listener),
    onClose: (listener) => {
      const onDisconnect = () => listener(new HearthError("engine-stopped", "The parent process is gone."));
      process.on("disconnect", onDisconnect);
      return toDisposable(() => process.off("disconnect", onDisconnect));
    },
  };
}

function listen(event: "message", listener: (message: unknown) => void): Disposable {
  process.on(event, listener);
  return toDisposable(() => process.off(event, listener));
}
