// Runs bundled suites with mocha in a process of its own: node mochaRun.mjs TIMEOUT_MS RESULT_FILE GREP SUITE ...
import Mocha from "mocha";
import { appendFileSync } from "node:fs";
import { exitOnSignals } from "../lib/processes.mjs";
import { eventReporter } from "./eventReporter.mjs";

const [timeoutMs, resultFile = "", grep, ...suites] = process.argv.slice(2);

exitOnSignals();
const mocha = new Mocha({
  timeout: Number(timeoutMs),
  reporter: eventReporter((event) => appendFileSync(resultFile, `${JSON.stringify(event)}\n`)),
  forbidOnly: true,
  forbidPending: true,
  ...(grep && { grep }),
});
for (const suite of suites) mocha.addFile(suite);
await mocha.loadFilesAsync();
mocha.run((failures) => process.exit(failures > 0 ? 1 : 0));
