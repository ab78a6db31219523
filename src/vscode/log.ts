import type { LogOutputChannel } from "vscode";
import type { Log } from "../common/log";

/** Writes to an output channel, whose level the person sets there. */
export function channelLog(channel: LogOutputChannel): Log {
  return { write: (level, message) => channel[level](message) };
}
