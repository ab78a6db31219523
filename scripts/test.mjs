// `npm test [-- STAGE ...] [--grep TEXT]`: installs and builds what is missing, then runs the stages.
import path from "node:path";
import { parseArgs } from "node:util";
import { exitOnSignals } from "./lib/processes.mjs";
import { PlainError, runMain, secondsSince } from "./lib/progress.mjs";
import { root } from "./lib/project.mjs";
import { failures } from "./lib/testResult.mjs";
import { vscodeVersions } from "./lib/vscodeServerInstall.mjs";
import { continuedInProjectNode, setup } from "./setup.mjs";

const help = `npm test [-- STAGE ...] [--grep TEXT] [--vscode VERSION]

Stages, in this order; all of them by default:
  check   types, lint, generated documentation
  unit    plain Node
  host    inside a real extension host: the desktop VS Code that VSCODE_EXECUTABLE names or that can be downloaded,
          otherwise a VS Code Server with headless Chromium
  e2e     a real VS Code in headless Chromium, driven as a person would

--grep TEXT runs only the tests whose title has TEXT.
--vscode VERSION runs host in that version's server: ${vscodeVersions.join(" or ")}. The first run installs it.
The last line is "N passed, N failed". Screenshots are in out/screenshots, results and other output in out/results.
`;

/** @type {import("./lib/vscodeServerInstall.mjs").VscodeVersion | undefined} */
let vscode;

/**
 * @typedef {import("./lib/testResult.mjs").Counts} Counts
 * @type {Record<string, () => Promise<(grep: string | undefined) => Promise<Counts>>>}
 */
const stages = {
  check: async () => (await import("./stages/check.mjs")).check,
  unit: async () => mochaStage({ folder: "unit", testLimitMs: 60_000, limitMs: 15 * 60_000 }),
  host: async () => {
    const { host } = await import("./stages/host.mjs");
    return (grep) => host(grep, vscode === undefined ? {} : { vscode });
  },
  e2e: async () => {
    await (await import("./lib/vscodeServerInstall.mjs")).installServer();
    return mochaStage({ folder: "e2e", testLimitMs: 180_000, limitMs: 30 * 60_000 });
  },
};

async function mochaStage(/** @type {{ folder: string, testLimitMs: number, limitMs: number }} */ stage) {
  const { runMochaStage } = await import("./stages/mochaStage.mjs");
  return (/** @type {string | undefined} */ grep) => runMochaStage(stage, grep);
}

async function main() {
  const options = /** @type {const} */ ({ help: { type: "boolean", short: "h" }, grep: { type: "string" }, vscode: { type: "string" } });
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  if (values.help) return console.log(help);
  vscode = chooseVersion(values.vscode);
  const names = chooseStages(positionals, values.grep);
  await setup({ tests: true });
  if (await continuedInProjectNode(import.meta.url)) return;
  exitOnSignals();
  forgetPerson();
  const counts = [];
  for (const name of names) counts.push(await runStage(name, values.grep));
  report(counts, values.grep);
}

/** Which editor the host stage runs in; undefined: what there is. */
function chooseVersion(/** @type {string | undefined} */ wanted) {
  const version = vscodeVersions.find((one) => one === wanted);
  if (wanted !== undefined && !version) throw new PlainError(`There is no VS Code ${wanted} here.\n\n${help}`);
  return version;
}

function chooseStages(/** @type {string[]} */ wanted, /** @type {string | undefined} */ grep) {
  const unknown = wanted.find((name) => !(name in stages));
  if (unknown !== undefined) throw new PlainError(`There is no stage "${unknown}".\n\n${help}`);
  // The tools of `check` have no titles to choose by.
  const chosen = wanted.length === 0 && grep !== undefined ? ["unit", "host", "e2e"] : wanted;
  return Object.keys(stages).filter((name) => chosen.length === 0 || chosen.includes(name));
}

/** Tests neither use nor change the models and data of the person who runs them. */
function forgetPerson() {
  delete process.env["HEARTH_MODEL"];
  process.env["HEARTH_HOME"] = path.join(root, "out", "results", "home");
}

/** A stage that throws has failed once, whatever it did before. @returns {Promise<Counts>} */
async function runStage(/** @type {string} */ name, /** @type {string | undefined} */ grep) {
  const startedAt = performance.now();
  console.log(`\n${name}`);
  const counts = await attempt(name, grep);
  console.log(`${name}: ${counts.passed} passed, ${counts.failed} failed, in ${secondsSince(startedAt)}`);
  return counts;
}

async function attempt(/** @type {string} */ name, /** @type {string | undefined} */ grep) {
  try {
    const stage = await stages[name]?.();
    return stage ? await stage(grep) : { passed: 0, failed: 1 };
  } catch (error) {
    console.log(error instanceof PlainError ? `  ✗ ${error.message}` : error);
    return { passed: 0, failed: 1 };
  }
}

function report(/** @type {Counts[]} */ counts, /** @type {string | undefined} */ grep) {
  const passed = counts.reduce((sum, each) => sum + each.passed, 0);
  const failed = counts.reduce((sum, each) => sum + each.failed, 0);
  if (failures.length > 0) console.log(`\nFailed:\n${failures.map((title) => `  ✗ ${title}`).join("\n")}`);
  if (grep !== undefined && passed + failed === 0) console.log(`\nNo test has "${grep}" in its title.`);
  console.log(`\n${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
}

await runMain(main);
