// Builds every bundle of Hearth into dist/, and with --tests the test suites into out/test/.
// Options: --tests, --watch, --production (minified, no source maps), --only=engine,index (some bundles of dist/),
// --dist=FOLDER (instead of dist/).
import { build, context } from "esbuild";
import { cp, readdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { assemblyScript } from "./scripts/lib/assemblyScript.mjs";
import { loadsOnFirstUse, onFirstUseEntries } from "./scripts/lib/onFirstUse.mjs";

const flags = new Set(process.argv.slice(2));
const production = flags.has("--production");
const only = option("only")?.split(",");
const dist = option("dist") ?? "dist";

/** The text after --NAME=, or undefined. */
function option(name) {
  return [...flags].find((flag) => flag.startsWith(`--${name}=`))?.slice(name.length + 3);
}

/** ESM bundles of CommonJS packages still call require. */
const requireShim = {
  js: 'import { createRequire as __hearthRequire } from "node:module"; const require = __hearthRequire(import.meta.url);',
};

/** Parts of vectra that the index never reaches (its own BM25 with a language model, other codecs) stay out of the bundle. */
const unusedByIndex = {
  name: "unused-by-index",
  setup({ onResolve, onLoad }) {
    const filter = /^(wink-bm25-text-search|wink-nlp|wink-eng-lite-web-model|protobufjs)$/;
    onResolve({ filter }, ({ path: name }) => ({ path: name, namespace: "unused" }));
    onLoad({ filter: /.*/, namespace: "unused" }, () => ({ contents: "export default undefined;" }));
  },
};

/** Of the manifest the extension reads the settings' rules; menus and texts are the editor's own business. */
const rulesOfManifest = {
  name: "rules-of-manifest",
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]package\.json$/ }, async ({ path: file }) => {
      if (path.dirname(file) !== import.meta.dirname) return undefined;
      const { contributes } = JSON.parse(await readFile(file, "utf8"));
      const configuration = (contributes?.configuration ?? []).map(({ properties }) => ({
        properties: Object.fromEntries(Object.entries(properties).map(([key, setting]) => [key, ruleOf(setting)])),
      }));
      return { contents: JSON.stringify({ contributes: { configuration } }), loader: "json" };
    });
  },
};

function ruleOf({ type, default: value, enum: choices, minimum, maximum, minLength, pattern, scope }) {
  return { type, default: value, enum: choices, minimum, maximum, minLength, pattern, scope };
}

const common = {
  bundle: true,
  sourcemap: production ? false : "linked",
  minify: production,
  logLevel: "warning",
  metafile: true,
  legalComments: "none",
};

const node = { ...common, platform: "node", target: "node20" };
const nodeEsm = { ...node, format: "esm", banner: requireShim };

const bundles = [
  { ...node, format: "cjs", entryPoints: { extension: "src/extension.ts" }, outdir: dist, external: ["vscode"], plugins: [rulesOfManifest, loadsOnFirstUse] },
  ...onFirstUseEntries.map(({ name, stdin }) => ({ ...node, format: "cjs", stdin, outfile: `${dist}/${name}.js`, external: ["vscode"], plugins: [rulesOfManifest] })),
  { ...nodeEsm, entryPoints: { engine: "src/engine/main.ts" }, outdir: dist, outExtension: { ".js": ".mjs" }, external: ["node-llama-cpp"], plugins: [assemblyScript] },
  { ...nodeEsm, entryPoints: { index: "src/rag/main.ts" }, outdir: dist, outExtension: { ".js": ".mjs" }, plugins: [unusedByIndex] },
  {
    ...nodeEsm,
    banner: { js: `#!/usr/bin/env node\n${requireShim.js}` },
    entryPoints: { cli: "src/cli/main.ts" },
    outdir: dist,
    outExtension: { ".js": ".mjs" },
  },
  {
    ...common,
    platform: "browser",
    target: "es2022",
    format: "iife",
    entryPoints: { webview: "src/webview/main.ts" },
    outdir: `${dist}/webview`,
  },
];

/** The name that --only knows a bundle by: extension, engine, index, cli, webview. */
function bundleName({ entryPoints, stdin }) {
  if (stdin) return "extension";
  return Array.isArray(entryPoints) ? path.basename(entryPoints[0], ".ts") : Object.keys(entryPoints)[0];
}

/** Test bundles keep packages external: they run beside node_modules. */
async function testBundles() {
  const suites = async (folder) =>
    (await readdir(`test/${folder}`, { recursive: true }))
      .filter((file) => file.endsWith(".test.ts"))
      .map((file) => path.join("test", folder, file));
  const plain = { ...nodeEsm, packages: "external", plugins: [assemblyScript], sourcemap: "linked", minify: false, outbase: "test", outdir: "out/test", outExtension: { ".js": ".mjs" } };
  const tools = (await readdir("test/bench")).filter((file) => file.endsWith(".ts")).map((file) => `test/bench/${file}`);
  return [
    { ...plain, entryPoints: [...(await suites("unit")), ...tools, "test/fixtures/main.ts"] },
    // They run in one process and share what they import.
    { ...plain, entryPoints: await suites("e2e"), splitting: true, chunkNames: "e2e/chunks/[name]-[hash]" },
    {
      ...node,
      format: "cjs",
      packages: "external",
      sourcemap: "linked",
      minify: false,
      entryPoints: ["test/host/index.ts"],
      outfile: "out/test/host/index.js",
    },
  ];
}

async function copyAssets() {
  await cp("node_modules/@vscode/tree-sitter-wasm/wasm", `${dist}/wasm`, {
    recursive: true,
    filter: (source) => !source.endsWith(".d.ts"),
  });
  await cp("models", `${dist}/bundled-models`, { recursive: true });
}

async function main() {
  if (flags.has("--tests")) await rm("out/test", { recursive: true, force: true });
  const wanted = [...bundles.filter((bundle) => !only || only.includes(bundleName(bundle))), ...(flags.has("--tests") ? await testBundles() : [])];
  await copyAssets();
  if (flags.has("--watch")) {
    const contexts = await Promise.all(wanted.map((options) => context(options)));
    // Told once all are there: the editor's launch waits for this line (.vscode/tasks.json).
    console.log("[watch] build started");
    await Promise.allSettled(contexts.map((bundle) => bundle.rebuild()));
    console.log("[watch] build finished");
    await Promise.all(contexts.map((bundle) => bundle.watch()));
    return;
  }
  await Promise.all(wanted.map((options) => build(options)));
}

try {
  await main();
} catch (error) {
  // esbuild has printed its own errors.
  if (!Array.isArray(error.errors)) console.error(error);
  process.exitCode = 1;
}
