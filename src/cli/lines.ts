import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { AsyncQueue } from "../common/asyncQueue";

/** The lines of a stream as they come; the last one need not end with a newline. Ends with the stream or with `signal`. */
export async function* readLines(input: Readable, signal: AbortSignal): AsyncGenerator<string, void, undefined> {
  const isOver = () => signal.aborted;
  if (isOver()) return;
  const lines = new AsyncQueue<string>();
  const reader = createInterface({ input, terminal: false });
  const end = () => lines.end();
  reader.on("line", (line) => lines.push(line));
  reader.on("close", end);
  signal.addEventListener("abort", end, { once: true });
  try {
    for await (const line of lines) {
      if (isOver()) return;
      yield line;
    }
  } finally {
    signal.removeEventListener("abort", end);
    reader.close();
  }
}
