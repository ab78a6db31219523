import path from "node:path";
import { run } from "../lib/processes.mjs";
import { secondsSince } from "../lib/progress.mjs";
import { projectNode, root } from "../lib/project.mjs";
import { failures } from "../lib/testResult.mjs";

const tsc = ["node_modules/typescript/bin/tsc", "-p"];

/** Each tool counts as one test. */
const tools = [
  { name: "types of the extension and its tests", args: [...tsc, "."] },
  { name: "types of the webview", args: [...tsc, "src/webview"] },
  { name: "types of the webview's tests", args: [...tsc, "test/unit/webview"] },
  // Without its cache, which does not notice when the types that a file imports have changed.
  { name: "lint", args: ["node_modules/eslint/bin/eslint.js", ".", "--max-warnings", "0"] },
  { name: "README's settings table", args: ["scripts/docs.mjs", "--check"] },
  { name: "tables of docs/servers.md", args: ["scripts/serverPlan.mjs", "--check"] },
  { name: "translations", args: ["scripts/l10n.mjs", "--check"] },
  { name: "translations of the manifest", args: ["scripts/nls.mjs", "--check"] },
];

/** @returns {Promise<import("../lib/testResult.mjs").Counts>} */
export async function check() {
  const results = await Promise.all(tools.map(runTool));
  const passed = results.filter(Boolean).length;
  return { passed, failed: results.length - passed };
}

async function runTool(/** @type {typeof tools[number]} */ { name, args }) {
  const startedAt = performance.now();
  const [program = "", ...rest] = args;
  const { code, output } = await run(projectNode, [path.join(root, program), ...rest], { quiet: true });
  console.log(`  ${code === 0 ? "✓" : "✗"} ${name} (${secondsSince(startedAt)})`);
  if (code !== 0) {
    failures.push(name);
    console.log(output.trimEnd());
  }
  return code === 0;
}
