import { appendFileSync } from "node:fs";
import type { TestEvent } from "../../scripts/lib/testResult.mjs";

/** Tells an event of the run to the file that HEARTH_TEST_RESULTS names. */
export function tell(event: TestEvent): void {
  const file = process.env["HEARTH_TEST_RESULTS"];
  if (file === undefined) throw new Error("HEARTH_TEST_RESULTS names no file for the results.");
  appendFileSync(file, `${JSON.stringify(event)}\n`);
}

/** A line of the run's report that is no result, such as a measured time. */
export function note(text: string): void {
  tell({ type: "log", text });
}
