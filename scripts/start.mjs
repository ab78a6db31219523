// `npm start [FOLDER]`: opens VS Code on FOLDER with Hearth loaded, on the desktop or in the browser.
import { statSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { findDesktopCode } from "./lib/desktop.mjs";
import { run } from "./lib/processes.mjs";
import { PlainError, runMain } from "./lib/progress.mjs";
import { cacheDir, root } from "./lib/project.mjs";
import { continuedInProjectNode, setup } from "./setup.mjs";

const help = `npm start [FOLDER]

Opens VS Code on FOLDER with Hearth loaded from this source tree. Without FOLDER: samples/workspace.
Uses the desktop VS Code when its command \`code\` is there. Otherwise starts a VS Code Server for this machine alone
and prints the address to open in a browser.

Environment:
  HEARTH_START=server   the server, even where a desktop VS Code is there
  HEARTH_MODEL=FILE     a .gguf file to use instead of the model in the settings
`;

async function main() {
  const { values, positionals } = parseArgs({ options: { help: { type: "boolean", short: "h" } }, allowPositionals: true });
  if (values.help) return console.log(help);
  const folder = folderToOpen(positionals);
  await setup();
  if (await continuedInProjectNode(import.meta.url)) return;
  const code = process.env["HEARTH_START"] === "server" ? undefined : findDesktopCode();
  await (code ? openOnDesktop(code, folder) : openInBrowser(folder));
}

function folderToOpen(/** @type {string[]} */ [name, ...rest]) {
  if (rest.length > 0) throw new PlainError(`npm start takes one folder.\n\n${help}`);
  // npm runs scripts in the project's folder; the person was in this one.
  const folder = name === undefined ? path.join(root, "samples", "workspace") : path.resolve(process.env["INIT_CWD"] ?? process.cwd(), name);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return folder;
  throw new PlainError(`${folder} is not a folder. Name one that exists: npm start FOLDER`);
}

async function openOnDesktop(/** @type {string} */ code, /** @type {string} */ folder) {
  console.log(`Opening ${folder} in VS Code (${code}) with Hearth loaded.`);
  const { code: exitCode } = await run(code, ["--new-window", `--extensionDevelopmentPath=${root}`, folder]);
  if (exitCode !== 0) throw new PlainError(`${code} failed. HEARTH_START=server npm start uses a server and the browser instead.`);
}

async function openInBrowser(/** @type {string} */ folder) {
  const { VsCodeServer } = await import("./lib/vscodeServer.mjs");
  const home = path.join(cacheDir, "start");
  const server = await VsCodeServer.start({ dataDir: path.join(home, "data"), extensionsDir: path.join(home, "extensions"), port: 8917 });
  console.log(`\nVS Code is running on ${folder} with Hearth loaded. Open this address in a browser on this machine:\n`);
  console.log(`  ${server.url({ folder, extension: root })}\n`);
  console.log("Ctrl+C ends it.");
  await Promise.race([server.ended, new Promise((resolve) => process.once("SIGINT", resolve).once("SIGTERM", resolve))]);
  await server.stop();
  console.log("\nEnded.");
}

await runMain(main);
