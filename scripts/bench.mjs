// Runs a benchmark of test/bench: `node scripts/bench.mjs NAME [OPTIONS]`. Builds the product and the benchmark first.
import { build } from "esbuild";
import { spawnSync } from "node:child_process";

const [name, ...options] = process.argv.slice(2);
const outfile = `out/bench/${name}.mjs`;
const run = (/** @type {string[]} */ ...args) => spawnSync(process.execPath, args, { stdio: "inherit" }).status ?? 1;

if (run("esbuild.mjs") !== 0) process.exit(1);
await build({
  entryPoints: [`test/bench/${name}.ts`],
  outfile,
  bundle: true,
  platform: "node",
  target: "node20",
  format: "esm",
  packages: "external",
  // CommonJS that is bundled (src/rag/vectorShard.ts takes one file out of vectra) still calls require.
  banner: { js: 'import { createRequire as __hearthRequire } from "node:module"; const require = __hearthRequire(import.meta.url);' },
});
process.exitCode = run("--enable-source-maps", outfile, ...options);
