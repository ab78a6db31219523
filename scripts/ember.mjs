// Makes Ember, the model that Hearth brings along: `node scripts/ember.mjs data|gguf [OPTIONS]`. See tools/ember/README.md.
import { build } from "esbuild";
import { spawnSync } from "node:child_process";
import { PlainError, runMain } from "./lib/progress.mjs";

const tools = ["data", "gguf"];

async function main() {
  const [name = "", ...options] = process.argv.slice(2);
  if (!tools.includes(name)) throw new PlainError(`Say what to do: node scripts/ember.mjs ${tools.join("|")}`);
  const outfile = `out/ember/${name}.mjs`;
  await build({
    entryPoints: [`tools/ember/${name}.ts`],
    outfile,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "esm",
    packages: "external",
    sourcemap: true,
    banner: { js: 'import { createRequire as __hearthRequire } from "node:module"; const require = __hearthRequire(import.meta.url);' },
  });
  process.exitCode = spawnSync(process.execPath, ["--enable-source-maps", outfile, ...options], { stdio: "inherit" }).status ?? 1;
}

await runMain(main);
