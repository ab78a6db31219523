// Builds and runs unit tests: `npm run test:unit [-- FOLDER_OR_FILE ... [--grep TEXT]]`, all of test/unit by default.
import { build } from "esbuild";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import { assemblyScript } from "./lib/assemblyScript.mjs";

const args = process.argv.slice(2);
const split = args.findIndex((arg) => arg.startsWith("-"));
const places = split === -1 ? args : args.slice(0, split);
const mochaArgs = split === -1 ? [] : args.slice(split);

const files = (places.length > 0 ? places : ["test/unit"]).flatMap((place) =>
  statSync(place).isDirectory()
    ? readdirSync(place, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".test.ts")).map((file) => path.join(place, file))
    : [place],
);
const outdir = path.join("out", places.length > 0 ? `unit-${nameOf(places)}` : "unit");
rmSync(outdir, { recursive: true, force: true });
await build({
  entryPoints: files,
  outdir,
  outbase: "test",
  outExtension: { ".js": ".mjs" },
  bundle: true,
  platform: "node",
  target: "node20",
  format: "esm",
  packages: "external",
  // CommonJS that is bundled (src/rag/vectorShard.ts takes one file out of vectra) still calls require.
  banner: { js: 'import { createRequire as __hearthRequire } from "node:module"; const require = __hearthRequire(import.meta.url);' },
  sourcemap: "linked",
  plugins: [assemblyScript],
  logLevel: "warning",
});
const run = spawnSync(
  process.execPath,
  ["--enable-source-maps", "node_modules/mocha/bin/mocha.js", "--timeout", "60000", "--recursive", "--extension", "mjs", outdir, ...mochaArgs],
  { stdio: "inherit" },
);
process.exit(run.status ?? 1);

/** A file name for these places: readable, and no longer than a file system takes. */
function nameOf(/** @type {readonly string[]} */ chosen) {
  const name = chosen.join("+").replaceAll(/[^\w+]/g, "_");
  return name.length <= 100 ? name : `${name.slice(0, 80)}-${createHash("sha256").update(name).digest("hex").slice(0, 8)}`;
}
