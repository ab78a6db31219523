// Builds every bundle of Hearth into dist/, and with --tests the test suites into out/test/.
// Options: --tests, --watch, --production (minified, no source maps), --only=engine,index (some bundles of dist/),
// --dist=FOLDER (instead of dist/).
import { build, context } from "esbuild";
import { cp, readdir, readFile, rm } from "node:fs/promises";
import path from "node:path";

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

/**
 * Modules of the extension that are loaded with their first call, so that the editor's start does not read them. They
 * export functions only; the extension has a function of the same name for each, which loads `onFirstUse.js`.
 */
const onFirstUse = [
  "src/chat/edits/applyHunks.ts",
  "src/chat/edits/definitions.ts",
  "src/chat/edits/extractCode.ts",
  "src/chat/edits/minimalEdits.ts",
  "src/chat/edits/modelEdit.ts",
  "src/chat/edits/placeCode.ts",
  "src/chat/edits/proposal.ts",
  "src/chat/edits/rankTargets.ts",
  "src/chat/edits/sharedLines.ts",
  "src/chat/exportConversation.ts",
  "src/chat/importConversation.ts",
  "src/chat/writeCommitMessage.ts",
  "src/vscode/report/reportText.ts",
];

const loadsOnFirstUse = {
  name: "loads-on-first-use",
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]src[\\/].*\.ts$/ }, async ({ path: file }) => {
      const module = path.relative(import.meta.dirname, file).replaceAll("\\", "/");
      return onFirstUse.includes(module) ? { contents: standIn(module, await readFile(file, "utf8")), loader: "js", resolveDir: path.dirname(file) } : undefined;
    });
  },
};

/** Functions that hand their arguments on to those of the module. */
function standIn(module, source) {
  const names = [...source.matchAll(/^export (?:async )?function\*? ?(\w+)/gm)].map(([, name]) => name);
  const others = /^export (?:const|let|class|default|\*|\{)/m.exec(source);
  if (others) throw new Error(`${module} is loaded on first use, so it may export functions and types only: "${others[0]}".`);
  const part = `load()[${JSON.stringify(module)}]`;
  return [
    `import { load } from "loaded-on-first-use";`,
    ...names.map((name) => `export function ${name}(...values) { return ${part}.${name}(...values); }`),
  ].join("\n");
}

/** What loads the modules, all of them at once, and gives them the language. */
const loader = {
  name: "loader-of-first-use",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^loaded-on-first-use$/ }, () => ({ path: "load", namespace: "first-use" }));
    onLoad({ filter: /.*/, namespace: "first-use" }, () => ({
      contents: `import { currentTranslations } from "./src/common/l10n";
let parts;
export function load() {
  if (parts) return parts;
  const loaded = require("./onFirstUse.js");
  loaded.setTranslations(currentTranslations());
  return (parts = loaded.parts);
}`,
      resolveDir: import.meta.dirname,
    }));
    onResolve({ filter: /^\.\/onFirstUse\.js$/ }, ({ path: name }) => ({ path: name, external: true }));
  },
};

const onFirstUseEntry = {
  stdin: {
    contents: [
      ...onFirstUse.map((module, i) => `import * as part${i} from ${JSON.stringify(`./${module}`)};`),
      `export { setTranslations } from "./src/common/l10n";`,
      `export const parts = { ${onFirstUse.map((module, i) => `${JSON.stringify(module)}: part${i}`).join(", ")} };`,
    ].join("\n"),
    resolveDir: import.meta.dirname,
    sourcefile: "onFirstUse.ts",
    loader: "ts",
  },
};

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
  // The reader of front matter, which holds all of yaml, is loaded when a workspace has a prompt file; that of model
  // files when the models are listed.
  { ...node, format: "cjs", entryPoints: { extension: "src/extension.ts", frontMatter: "src/chat/frontMatter.ts", modelFiles: "src/engine/modelFiles.ts" }, outdir: dist, external: ["vscode"], plugins: [rulesOfManifest, loadsOnFirstUse, loader] },
  { ...node, format: "cjs", ...onFirstUseEntry, outfile: `${dist}/onFirstUse.js`, external: ["vscode"], plugins: [rulesOfManifest] },
  { ...nodeEsm, entryPoints: { engine: "src/engine/main.ts" }, outdir: dist, outExtension: { ".js": ".mjs" }, external: ["node-llama-cpp"] },
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
  const plain = { ...nodeEsm, packages: "external", sourcemap: "linked", minify: false, outbase: "test", outdir: "out/test", outExtension: { ".js": ".mjs" } };
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
