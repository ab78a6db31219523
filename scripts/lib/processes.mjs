// Child processes: run one to its end, or keep one as a service and end it with all its children.
import { spawn } from "node:child_process";
import { createWriteStream, mkdirSync } from "node:fs";
import path from "node:path";
import { projectEnv, root } from "./project.mjs";

/**
 * @typedef {object} RunOptions
 * @property {string} [cwd] default: the project's root
 * @property {Record<string, string | undefined>} [env] on top of the project's environment; undefined takes one away
 * @property {boolean} [quiet] keep the output to oneself (default: it goes to the terminal)
 * @property {number} [timeoutMs] ends the child and its children after this time; default: no limit
 */

/**
 * Runs a command to its end.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<{ code: number, output: string }>} code -1 when it could not be started or was ended by a signal
 */
export function run(command, args, { cwd = root, env = {}, quiet = false, timeoutMs } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      env: projectEnv(env),
      stdio: ["ignore", quiet ? "pipe" : "inherit", quiet ? "pipe" : "inherit"],
      ...ownGroup(timeoutMs !== undefined),
    });
    if (timeoutMs !== undefined) keepTrack(child, "SIGTERM");
    let output = "";
    const collect = (/** @type {Buffer} */ chunk) => (output += chunk.toString());
    child.stdout?.on("data", collect);
    child.stderr?.on("data", collect);
    const timer = timeoutMs === undefined ? undefined : setTimeout(() => void endTree(child), timeoutMs);
    const finish = (/** @type {number} */ code) => {
      clearTimeout(timer);
      resolve({ code, output });
    };
    child.on("error", (error) => {
      output += error.message;
      finish(-1);
    });
    child.on("close", (code) => finish(code ?? -1));
  });
}

/**
 * Starts a process that stays; its output goes to a log file.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ log: string, cwd?: string, env?: Record<string, string> }} options
 */
export function startService(command, args, { log, cwd = root, env = {} }) {
  mkdirSync(path.dirname(log), { recursive: true });
  const sink = createWriteStream(log);
  const child = spawn(command, args, { cwd, env: projectEnv(env), stdio: ["ignore", "pipe", "pipe"], ...ownGroup(true) });
  child.stdout.pipe(sink, { end: false });
  child.stderr.pipe(sink, { end: false });
  child.on("close", () => sink.end());
  keepTrack(child, "SIGKILL");
  return child;
}

/**
 * Groups that have to end when this process does, whatever the reason, and how: a command may have groups of its own
 * to end first.
 * @type {Map<import("node:child_process").ChildProcess, NodeJS.Signals>}
 */
const groups = new Map();
process.on("exit", () => groups.forEach((signal, child) => hasEnded(child) || signalGroup(-(child.pid ?? 0), signal)));

/** Lets Ctrl+C and a polite kill end this process in the ordinary way, so that its children are ended too. */
export function exitOnSignals() {
  process.on("SIGINT", () => process.exit(130));
  process.on("SIGTERM", () => process.exit(143));
}

function keepTrack(/** @type {import("node:child_process").ChildProcess} */ child, /** @type {NodeJS.Signals} */ signal) {
  if (process.platform === "win32" || child.pid === undefined) return;
  groups.set(child, signal);
  child.once("exit", () => groups.delete(child));
}

/** A group of its own lets all children be ended together; Windows has no such thing. */
function ownGroup(/** @type {boolean} */ wanted) {
  return { detached: wanted && process.platform !== "win32" };
}

/**
 * Ends a process and all its children: asks first, insists after the grace time.
 * @param {import("node:child_process").ChildProcess} child
 * @param {number} [graceMs]
 */
export async function endTree(child, graceMs = 3000) {
  if (child.pid === undefined || hasEnded(child)) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  if (process.platform === "win32") {
    spawn("taskkill", ["/pid", String(child.pid), "/t", "/f"], { stdio: "ignore" });
    await ended;
    return;
  }
  const group = -child.pid;
  signalGroup(group, "SIGTERM");
  const timer = setTimeout(() => signalGroup(group, "SIGKILL"), graceMs);
  await ended;
  clearTimeout(timer);
  signalGroup(group, "SIGKILL");
}

/** Whether a process with this id is there. */
export function isRunning(/** @type {number} */ pid) {
  try {
    return process.kill(pid, 0);
  } catch {
    return false; // the signal found nobody
  }
}

function hasEnded(/** @type {import("node:child_process").ChildProcess} */ child) {
  return child.exitCode !== null || child.signalCode !== null;
}

function signalGroup(/** @type {number} */ group, /** @type {NodeJS.Signals} */ signal) {
  try {
    process.kill(group, signal);
  } catch (error) {
    // The whole group has ended already.
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== "ESRCH") throw error;
  }
}
