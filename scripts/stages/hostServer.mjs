import { createWriteStream, mkdirSync } from "node:fs";
import path from "node:path";
import { chromium } from "playwright-core";
import { chromiumFlags, findChromium } from "../lib/chromium.mjs";
import { root } from "../lib/project.mjs";
import { noGallery, VsCodeServer } from "../lib/vscodeServer.mjs";

/** The browser's console, which has the extension host's too. */
const consoleLog = path.join(root, "out", "results", "host-console.log");

/**
 * Runs a suite in the extension host of a VS Code Server, with its window in headless Chromium.
 * @param {import("./host.mjs").HostRun} hostRun
 */
export async function runInServer({ extension, suite, folder, home, env, vscode, finished }) {
  const executablePath = findChromium();
  mkdirSync(path.dirname(consoleLog), { recursive: true });
  const lines = createWriteStream(consoleLog);
  const server = await VsCodeServer.start({
    dataDir: path.join(home, "data"),
    extensionsDir: path.join(home, "extensions"),
    machineSettings: { "hearth.threads": 1 },
    env: { ...env, ...noGallery },
    ...(vscode && { vscode }),
  });
  try {
    const browser = await chromium.launch({ executablePath, args: chromiumFlags });
    try {
      const page = await browser.newPage();
      page.on("console", (message) => lines.write(`${message.type()}: ${message.text()}\n`));
      const closed = page.waitForEvent("crash", { timeout: 0 }).then(() => console.log("  The window crashed."));
      closed.catch(() => undefined); // the ordinary end: the page is closed without a crash
      await page.goto(server.url({ folder, extension, tests: suite }));
      await Promise.race([finished(), closed, server.ended]);
    } finally {
      await browser.close();
    }
  } finally {
    lines.end();
    await server.stop();
  }
}
