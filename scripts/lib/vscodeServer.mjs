// The VS Code Server: for machines without a desktop VS Code, and for the tests.
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "./freePort.mjs";
import { endTree, run, startService } from "./processes.mjs";
import { PlainError } from "./progress.mjs";
import { projectNode } from "./project.mjs";
import { installServer, serverMain, serverNode } from "./vscodeServerInstall.mjs";

const startLimitMs = 60_000;

/**
 * @typedef {object} ServerOptions
 * @property {string} dataDir for settings, state and logs
 * @property {string} extensionsDir
 * @property {Record<string, unknown>} [settings] user settings on top of the quiet ones, for a new dataDir
 * @property {Record<string, unknown>} [machineSettings] those of scope "machine", for a new dataDir
 * @property {number} [port] used when it is free, so that the browser keeps the window's layout; default: any free one
 * @property {import("./vscodeServerInstall.mjs").VscodeVersion} [vscode] default: the newest
 * @property {boolean} [restricted] no workspace is trusted. Default: all are
 * @property {Record<string, string>} [env] for the server, and so for the extension host
 */

/** Environment of a server that asks nobody outside for extensions; for tests. */
export const noGallery = { EXTENSIONS_GALLERY: "{}" };

/** A running server that only this machine can reach. */
export class VsCodeServer {
  /**
   * Installs the server if need be, starts it on a free port and resolves once it answers.
   * @param {ServerOptions} options
   */
  static async start(options) {
    await installServer(options.vscode);
    const server = new VsCodeServer(options, await freePort(options.port));
    await server.#whenAnswering();
    return server;
  }

  #token = randomBytes(16).toString("hex");
  #port;
  #child;
  #log;

  /** @param {ServerOptions} options @param {number} port */
  constructor({ dataDir, extensionsDir, settings = {}, machineSettings = {}, env = {}, vscode, restricted = false }, port) {
    writeSettings(path.join(dataDir, "data", "User"), { ...quietSettings, ...(restricted && untrusted), ...settings });
    writeSettings(path.join(dataDir, "data", "Machine"), machineSettings);
    this.#port = port;
    this.#log = path.join(dataDir, "server.log");
    this.#child = startService(serverNode(vscode), [serverMain(vscode), ...this.#flags(dataDir, extensionsDir), ...(restricted ? [] : ["--disable-workspace-trust"])], { log: this.#log, env });
  }

  /** @returns {string[]} */
  #flags(/** @type {string} */ dataDir, /** @type {string} */ extensionsDir) {
    return [
      ...["--host", "localhost", "--port", String(this.#port), "--connection-token", this.#token],
      ...["--server-data-dir", dataDir, "--user-data-dir", path.join(dataDir, "data"), "--extensions-dir", extensionsDir],
      ...["--accept-server-license-terms", "--telemetry-level", "off"],
      // A released server takes the extension to develop from the URL only with this flag.
      "--enable-smoke-test-driver",
    ];
  }

  /**
   * The address of a window.
   * @param {{ folder: string, extension?: string, tests?: string }} window absolute paths: the folder or the
   *   .code-workspace file to open, an extension's folder to load from source, and the test suite to run in its extension host
   */
  url({ folder, extension, tests }) {
    const remote = (/** @type {string} */ file) => `vscode-remote://localhost:${this.#port}${toUriPath(file)}`;
    const payload = [
      ...(extension ? [["extensionDevelopmentPath", remote(extension)]] : []),
      ...(tests ? [["extensionTestsPath", remote(tests)]] : []),
    ];
    const url = new URL(`http://localhost:${this.#port}/`);
    url.searchParams.set("tkn", this.#token);
    url.searchParams.set(folder.endsWith(".code-workspace") ? "workspace" : "folder", toUriPath(folder));
    if (payload.length > 0) url.searchParams.set("payload", JSON.stringify(payload));
    return url.href;
  }

  /** Ends when the server ends by itself, or by stop(). */
  get ended() {
    return new Promise((resolve) => this.#child.once("exit", resolve));
  }

  /** The server's process id, which is also the group of all the processes it started (not on Windows). */
  get group() {
    return this.#child.pid;
  }

  /** Ends the server with all its extension hosts. */
  async stop() {
    await endTree(this.#child);
  }

  async #whenAnswering() {
    const giveUpAt = performance.now() + startLimitMs;
    while (performance.now() < giveUpAt && this.#child.exitCode === null) {
      if (await this.#answers()) return;
      await sleep(100);
    }
    await this.stop();
    throw new PlainError(`VS Code Server did not start:\n${readFileSync(this.#log, "utf8")}`);
  }

  async #answers() {
    try {
      return (await fetch(`http://localhost:${this.#port}/version`)).ok;
    } catch (error) {
      if (error instanceof TypeError) return false; // not listening yet
      throw error;
    }
  }
}

/**
 * Runs the server's own command line, for example to install a VSIX.
 * @param {{ dataDir: string, extensionsDir: string }} dirs
 * @param {string} vsix
 */
export async function installVsix({ dataDir, extensionsDir }, vsix) {
  await installServer();
  
  const dirs = ["--server-data-dir", dataDir, "--user-data-dir", path.join(dataDir, "data"), "--extensions-dir", extensionsDir];
  const args = [...dirs, "--accept-server-license-terms", "--install-extension", vsix];
  const { code, output } = await run(projectNode, [serverMain(), ...args], { quiet: true });
  if (code !== 0) throw new PlainError(`${vsix} could not be installed:\n${output}`);
}

/** A Windows path becomes the path of a URI: C:\x is /C:/x. */
function toUriPath(/** @type {string} */ file) {
  const slashes = file.replaceAll("\\", "/");
  return slashes.startsWith("/") ? slashes : `/${slashes}`;
}

/** Workspaces stay restricted, without a question at the start. */
const untrusted = { "security.workspace.trust.enabled": true, "security.workspace.trust.startupPrompt": "never" };

/** No page, message or request that the person did not ask for. */
const quietSettings = {
  "telemetry.telemetryLevel": "off",
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
  "workbench.enableExperiments": false,
  "extensions.autoCheckUpdates": false,
  "extensions.autoUpdate": false,
  "extensions.ignoreRecommendations": true,
  "update.showReleaseNotes": false,
  "security.workspace.trust.enabled": false,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "chat.disableAIFeatures": true,
  "git.openRepositoryInParentFolders": "never",
};

/** A file that is there already is the person's own. */
function writeSettings(/** @type {string} */ folder, /** @type {Record<string, unknown>} */ settings) {
  const file = path.join(folder, "settings.json");
  if (existsSync(file)) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, JSON.stringify(settings, undefined, 2));
}
