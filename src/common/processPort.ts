import type { ChildProcess } from "node:child_process";
import { HearthError } from "./errors";
import { type Disposable, toDisposable } from "./disposable";
import type { Port } from "./rpc";

/** The parent's end of a forked child (fork it with `serialization: "advanced"`, so that typed arrays cross whole). */
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
        listener(new HearthError("engine-stopped", `The ${name} process could not be started: ${error.message}`, { cause: error }));
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
  const how = signal ? `was ended by ${signal}` : `ended with code ${code}`;
  return new HearthError("engine-stopped", `The ${name} process ${how}.`);
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
