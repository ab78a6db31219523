// What a test run tells: one JSON object a line, so that a run that dies half-way still leaves what it did.
import { existsSync, readFileSync } from "node:fs";

/**
 * @typedef {{ type: "start", pid: number }
 *   | { type: "pass", title: string, durationMs: number }
 *   | { type: "fail", title: string, error: string }
 *   | { type: "log", text: string }
 *   | { type: "end" }} TestEvent
 * @typedef {{ passed: number, failed: number }} Counts
 */

/**
 * Counts a run. One that did not reach its end, or ran nothing, has one failure more, with its reason printed.
 * @param {readonly TestEvent[]} events
 * @param {{ mayBeEmpty: boolean }} options mayBeEmpty: the person chose tests with --grep
 * @returns {Counts}
 */
export function countResults(events, { mayBeEmpty }) {
  const passed = events.filter(({ type }) => type === "pass").length;
  const failed = events.filter(({ type }) => type === "fail").length;
  if (!events.some(({ type }) => type === "end")) return { passed, failed: failed + fault("The run ended before all tests had run.") };
  if (passed + failed === 0 && !mayBeEmpty) return { passed, failed: fault("No test ran.") };
  return { passed, failed };
}

/** @type {string[]} what has failed so far, to be named again at the end, where a long log is read first */
export const failures = [];

function fault(/** @type {string} */ reason) {
  failures.push(reason);
  console.log(`  ✗ ${reason}`);
  return 1;
}

/** Follows a file of events as it grows. */
export class EventFile {
  #read = 0;

  /** @param {string} file need not exist yet */
  constructor(file) {
    this.file = file;
  }

  /** @type {TestEvent[]} everything seen so far */
  seen = [];

  get ended() {
    return this.seen.some(({ type }) => type === "end");
  }

  /** The process that runs the tests, once it told. */
  get pid() {
    return this.seen.find((event) => event.type === "start")?.pid;
  }

  /** @returns {TestEvent[]} what came since the last call; a line still being written waits for the next one */
  more() {
    if (!existsSync(this.file)) return [];
    const text = readFileSync(this.file, "utf8");
    const whole = text.slice(this.#read, text.lastIndexOf("\n") + 1);
    this.#read += whole.length;
    const events = whole.split("\n").filter(Boolean).map((line) => /** @type {TestEvent} */ (JSON.parse(line)));
    this.seen.push(...events);
    return events;
  }
}

export function printEvent(/** @type {TestEvent} */ event) {
  switch (event.type) {
    case "pass":
      return console.log(`  ✓ ${event.title}${event.durationMs >= 1000 ? ` (${(event.durationMs / 1000).toFixed(1)} s)` : ""}`);
    case "fail":
      failures.push(event.title);
      return console.log(`  ✗ ${event.title}\n${event.error.replaceAll(/^/gm, "      ")}`);
    case "log":
      return console.log(`    ${event.text}`);
    case "start":
    case "end":
  }
}
