// Makes the project ready to run: `node scripts/setup.mjs [--tests]`. npm start and npm test begin with it.
// Plain Node 20 and nothing else: it runs before any package is there. A second run finds everything done.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { fingerprint, readStamp, writeStamp } from "./lib/fingerprint.mjs";
import { npm } from "./lib/npm.mjs";
import { run } from "./lib/processes.mjs";
import { isMain, PlainError, runMain, step } from "./lib/progress.mjs";
import { projectEnv, projectNode, root } from "./lib/project.mjs";

const oldestNode = 20;
const setupDone = "HEARTH_SETUP_DONE";
/** Told by the first process to the second, and to nobody below that: a terminal in the editor has its own setups. */
const isSetUp = process.env[setupDone] !== undefined;
delete process.env[setupDone];

const installStamp = "node_modules/.hearth-lock";
const bundleSources = ["src", "models", "esbuild.mjs", "package.json", "package-lock.json"];

/**
 * Installs the packages and builds the bundles, where that is not done yet.
 * @param {{ tests?: boolean }} [options] tests: the test suites are built too
 */
export async function setup({ tests = false } = {}) {
  if (isSetUp) return;
  checkNode();
  await installPackages();
  await buildBundles(tests);
}

/**
 * Goes on with the same script in the project's own Node (24), which some packages need. Returns false there, and
 * true in the first process once the second one has ended with the exit code taken over.
 * @param {string} scriptUrl import.meta.url of the script
 */
export async function continuedInProjectNode(scriptUrl) {
  if (isSetUp) return false;
  const args = [fileURLToPath(scriptUrl), ...process.argv.slice(2)];
  const child = spawn(projectNode, args, { env: projectEnv({ [setupDone]: "1" }), stdio: "inherit" });
  // Ctrl+C in a terminal reaches both processes; the second one cleans up and this one waits for it.
  process.on("SIGINT", () => undefined);
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  const [code] = await once(child, "exit");
  process.exitCode = code ?? 1;
  return true;
}

function checkNode() {
  const major = Number(process.versions.node.split(".")[0]);
  if (major >= oldestNode) return;
  throw new PlainError(`Hearth needs Node ${oldestNode} or later; this is Node ${process.versions.node}. Install a newer one and try again.`);
}

async function installPackages() {
  if (packagesAreCurrent()) return;
  await step("Installing the project's packages (npm ci; some minutes the first time)", async () => {
    const args = ["ci", "--loglevel=error", "--no-audit", "--no-fund", "--no-progress"];
    const { code, output } = await npm(args, { env: { NODE_LLAMA_CPP_SKIP_DOWNLOAD: "true" } });
    if (code !== 0 || !existsSync(projectNode)) throw new PlainError(`npm ci failed:\n${output}`);
  });
  writeStamp(installStamp, lockHash());
}

/** Installed by this script for this lock file, or by hand since the lock file was last written. */
function packagesAreCurrent() {
  if (!existsSync(projectNode)) return false;
  if (readStamp(installStamp) === lockHash()) return true;
  const byHand = statSync(path.join(root, "node_modules/.package-lock.json"), { throwIfNoEntry: false });
  return byHand !== undefined && byHand.mtimeMs >= statSync(path.join(root, "package-lock.json")).mtimeMs;
}

function lockHash() {
  return createHash("sha256").update(readFileSync(path.join(root, "package-lock.json"))).digest("hex");
}

async function buildBundles(/** @type {boolean} */ tests) {
  if (tests) await buildOnce("Building the extension and the tests", [...bundleSources, "test", "tools", "scripts"], "out/test/.built", ["--tests"]);
  await buildOnce("Building the extension", bundleSources, "dist/.built", []);
}

async function buildOnce(/** @type {string} */ title, /** @type {string[]} */ sources, /** @type {string} */ stamp, /** @type {string[]} */ flags) {
  const current = fingerprint(sources);
  if (readStamp(stamp) === current) return;
  await step(title, async () => {
    const { code, output } = await run(projectNode, ["esbuild.mjs", ...flags], { quiet: true });
    if (code !== 0) throw new PlainError(`The build failed:\n${output}`);
  });
  writeStamp(stamp, current);
  if (flags.includes("--tests")) writeStamp("dist/.built", fingerprint(bundleSources));
}

if (isMain(import.meta.url)) {
  await runMain(() => setup({ tests: process.argv.includes("--tests") }));
}
