import { build } from "esbuild";
import { spawnSync } from "node:child_process";
import { assemblyScript } from "./assemblyScript.mjs";

/**
 * Bundles a TypeScript program of the project and runs it; packages stay outside of the bundle. Returns its exit code.
 * @param {string} entry
 * @param {string} outfile
 * @param {readonly string[]} options
 */
export async function runTool(entry, outfile, options) {
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "esm",
    packages: "external",
    sourcemap: "linked",
    plugins: [assemblyScript],
    // CommonJS that is bundled (src/rag/vectorShard.ts takes one file out of vectra) still calls require.
    banner: { js: 'import { createRequire as __hearthRequire } from "node:module"; const require = __hearthRequire(import.meta.url);' },
  });
  return spawnSync(process.execPath, ["--enable-source-maps", outfile, ...options], { stdio: "inherit" }).status ?? 1;
}
