import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { run } from "../lib/processes.mjs";
import { projectNode, root } from "../lib/project.mjs";
import { countResults, EventFile, printEvent } from "../lib/testResult.mjs";

/**
 * Runs all suites below a folder of out/test in plain Node.
 * @param {object} stage
 * @param {string} stage.folder such as "unit"
 * @param {number} stage.testLimitMs the most one test may take
 * @param {number} stage.limitMs the most the whole stage may take
 * @param {string | undefined} grep
 */
export async function runMochaStage({ folder, testLimitMs, limitMs }, grep) {
  const place = path.join(root, "out", "test", folder);
  const files = readdirSync(place, { recursive: true, encoding: "utf8" });
  const suites = files.filter((file) => file.endsWith(".test.mjs")).map((file) => path.join(place, file));
  const results = freshResultFile(folder);
  const events = new EventFile(results);
  const print = () => events.more().forEach(printEvent);
  const timer = setInterval(print, 200);
  const mocha = path.join(root, "scripts", "stages", "mochaRun.mjs");
  const args = ["--enable-source-maps", mocha, String(testLimitMs), results, grep ?? "", ...suites];
  const { code, output } = await run(projectNode, args, { quiet: true, timeoutMs: limitMs });
  clearInterval(timer);
  print();
  keepOutput(folder, output);
  if (!events.ended) console.log(`  The test process ended with code ${code}:\n${output.split("\n").slice(-30).join("\n")}`);
  return countResults(events.seen, { mayBeEmpty: grep !== undefined });
}

/** What the tests and the libraries under them print, models' loading above all, is for a closer look only. */
function keepOutput(/** @type {string} */ folder, /** @type {string} */ output) {
  writeFileSync(path.join(root, "out", "results", `${folder}.log`), output);
}

/** An absent file in an existing folder, for a run to write its events into. */
export function freshResultFile(/** @type {string} */ stage) {
  const file = path.join(root, "out", "results", `${stage}.jsonl`);
  mkdirSync(path.dirname(file), { recursive: true });
  rmSync(file, { force: true });
  return file;
}
