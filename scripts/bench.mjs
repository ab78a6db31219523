// Runs a benchmark of test/bench: `node scripts/bench.mjs NAME [OPTIONS]`. Builds the product and the benchmark first.
import { spawnSync } from "node:child_process";
import { runTool } from "./lib/runTool.mjs";

const [name, ...options] = process.argv.slice(2);

if (spawnSync(process.execPath, ["esbuild.mjs"], { stdio: "inherit" }).status !== 0) process.exit(1);
process.exitCode = await runTool(`test/bench/${name}.ts`, `out/bench/${name}.mjs`, options);
