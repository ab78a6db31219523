import type { Log, LogLevel } from "../../common/log";

export interface LoggedError {
  /** Unix time, ms. */
  readonly at: number;
  readonly level: Extract<LogLevel, "warn" | "error">;
  readonly message: string;
}

const mostKept = 30;
const mostCharacters = 300;

/** Keeps the last warnings and errors that pass through a log, each one's first line. */
export class RecentErrors {
  #kept: readonly LoggedError[] = [];

  get all(): readonly LoggedError[] {
    return this.#kept;
  }

  /** The log to write to from now on: it hands everything on to `log`. */
  watch(log: Log, now: () => number = Date.now): Log {
    return {
      write: (level, message) => {
        if (level === "warn" || level === "error") this.#keep({ at: now(), level, message: firstLine(message) });
        log.write(level, message);
      },
    };
  }

  #keep(error: LoggedError): void {
    this.#kept = [...this.#kept, error].slice(-mostKept);
  }
}

function firstLine(message: string): string {
  return (message.split("\n", 1)[0] ?? "").slice(0, mostCharacters);
}
