export type LogLevel = "trace" | "debug" | "info" | "warn" | "error";

export const logLevels = ["trace", "debug", "info", "warn", "error"] as const satisfies readonly LogLevel[];

/** Where messages go: an output channel, stderr, or a sink that throws in tests. Prompt text belongs at `trace` only. */
export interface Log {
  write(level: LogLevel, message: string): void;
}

export const silentLog: Log = { write() {} };

/** Prints to stderr everything at `minimum` and above. */
export function stderrLog(minimum: LogLevel = "warn"): Log {
  const from = logLevels.indexOf(minimum);
  return {
    write(level, message) {
      if (logLevels.indexOf(level) >= from) process.stderr.write(`[${level}] ${message}\n`);
    },
  };
}

/** For tests: a logged error becomes a thrown one, so that nothing is swallowed. */
export const throwingLog: Log = {
  write(level, message) {
    if (level === "error") throw new Error(`logged error: ${message}`);
  },
};
