import Mocha from "mocha";
import { inspect } from "node:util";

/**
 * A mocha reporter that tells each result as it comes.
 * @param {(event: import("../lib/testResult.mjs").TestEvent) => void} tell
 */
export function eventReporter(tell) {
  return class EventReporter extends Mocha.reporters.Base {
    /** @param {Mocha.Runner} runner */
    constructor(runner) {
      super(runner);
      runner.on("pass", (test) => tell({ type: "pass", title: test.fullTitle(), durationMs: test.duration ?? 0 }));
      runner.on("fail", (test, error) => tell({ type: "fail", title: test.fullTitle(), error: describeFailure(error) }));
      runner.once("end", () => tell({ type: "end" }));
    }
  };
}

/** The stack, and what was compared where the assertion kept it. */
function describeFailure(/** @type {unknown} */ error) {
  if (!(error instanceof Error)) return inspect(error);
  const cause = error.cause === undefined ? "" : `\ncaused by ${inspect(error.cause)}`;
  return `${error.stack ?? error.message}${cause}`;
}
