// Runs test/host inside a real extension host: desktop VS Code where there is one, else the server in a browser.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { chooseHostEditor, downloadDesktop } from "../lib/desktop.mjs";
import { isRunning, run } from "../lib/processes.mjs";
import { projectNode, root } from "../lib/project.mjs";
import { copySampleWorkspace } from "../lib/sampleWorkspace.mjs";
import { countResults, EventFile, printEvent } from "../lib/testResult.mjs";
import { freshResultFile } from "./mochaStage.mjs";
import { runInServer } from "./hostServer.mjs";

const suite = path.join(root, "out", "test", "host", "index.js");
const limitMs = 10 * 60_000;
const startLimitMs = 120_000;

/**
 * @typedef {object} HostRun
 * @property {string} extension folder of the extension
 * @property {string} suite module that exports run()
 * @property {string} folder workspace to open
 * @property {string} home an empty folder for the editor's data
 * @property {Record<string, string>} env for the extension host
 * @property {import("../lib/vscodeServerInstall.mjs").VscodeVersion} [vscode] this version's server, and no desktop
 * @property {() => Promise<void>} finished resolves when the suite told its end
 */

/**
 * @param {string | undefined} grep
 * @param {{ results?: string, model?: string, vscode?: import("../lib/vscodeServerInstall.mjs").VscodeVersion }} [options]
 *   results: where the suite writes its events; model: a .gguf; vscode: which server, instead of what there is
 */
export async function host(grep, { results = freshResultFile("host"), model, vscode } = {}) {
  const events = new EventFile(results);
  const home = mkdtempSync(path.join(tmpdir(), "hearth-host-"));
  const timer = setInterval(() => events.more().forEach(printEvent), 200);
  try {
    const folder = copySampleWorkspace(path.join(home, "workspace"), await settings(model));
    const env = { HEARTH_TEST_RESULTS: results, HEARTH_TEST_GREP: grep ?? "", HEARTH_HOME: path.join(home, "hearth") };
    await runHost({ extension: root, suite, folder, home, env, ...(vscode && { vscode }), finished: () => whenEnded(events) });
  } finally {
    clearInterval(timer);
    events.more().forEach(printEvent);
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  }
  return countResults(events.seen, { mayBeEmpty: grep !== undefined });
}

/** The workspace's settings: a small model with random weights, and short answers that are the same each time. */
async function settings(/** @type {string | undefined} */ model) {
  return { "hearth.model": model ?? (await smallModel()), "hearth.maxTokens": 24, "hearth.seed": 7 };
}

async function smallModel() {
  const { code, output } = await run(projectNode, ["out/test/fixtures/main.mjs", "phi3"], { quiet: true });
  if (code !== 0) throw new Error(`The test model could not be made:\n${output}`);
  return output.trim();
}

async function runHost(/** @type {HostRun} */ hostRun) {
  if (hostRun.vscode) {
    console.log(`  VS Code Server: ${hostRun.vscode}`);
    return runInServer(hostRun);
  }
  const editor = await chooseHostEditor({ env: process.env, download: downloadDesktop });
  console.log(editor.kind === "desktop" ? `  Desktop VS Code: ${editor.executable} (${editor.reason})` : `  VS Code Server: ${editor.reason}`);
  if (editor.kind === "server") return runInServer(hostRun);
  await runOnDesktop(editor.executable, hostRun);
}

/** A suite's failure is counted from what it told; here only an editor that cannot run counts. */
async function runOnDesktop(/** @type {string} */ vscodeExecutablePath, /** @type {HostRun} */ { extension, suite: tests, folder, home, env }) {
  const { runTests, TestRunFailedError } = await import("@vscode/test-electron");
  const launchArgs = [folder, "--disable-extensions", "--disable-workspace-trust", "--user-data-dir", path.join(home, "user-data")];
  try {
    await runTests({ vscodeExecutablePath, extensionDevelopmentPath: extension, extensionTestsPath: tests, launchArgs, extensionTestsEnv: env });
  } catch (error) {
    if (!(error instanceof TestRunFailedError)) throw error;
    console.log(`  VS Code ended with ${error.code ?? error.signal}.`);
  }
}

/** Resolves when the suite told its end, its process is gone, or it takes too long to start or to end. */
async function whenEnded(/** @type {EventFile} */ events) {
  const startedAt = performance.now();
  const passed = () => performance.now() - startedAt;
  while (!events.ended && passed() < limitMs) {
    if (events.pid === undefined ? passed() > startLimitMs : !isRunning(events.pid)) return;
    await sleep(100);
  }
}
