// Modules of the extension that are loaded with their first call, so that the editor's start does not read them. For
// esbuild.mjs.
import { readFile } from "node:fs/promises";
import path from "node:path";
import { root } from "./project.mjs";

/**
 * Bundles by name, each with its modules, which come together. The modules export functions and types only; the
 * extension's bundle has a function of the same name for each, which loads the bundle.
 * @type {Readonly<Record<string, readonly string[]>>}
 */
const bundles = {
  onFirstUse: [
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
    "src/vscode/indexState/indexActions.ts",
    "src/vscode/models/manageModels.ts",
    "src/vscode/report/reportText.ts",
    "src/vscode/search/searchCode.ts",
  ],
  // It holds all of yaml, and is needed where a workspace has a prompt file.
  frontMatter: ["src/chat/frontMatter.ts"],
  modelFiles: ["src/engine/modelFiles.ts"],
  // They hold the HTTP client, and are needed where a server is named.
  servers: [
    "src/engine/remote/remoteChat.ts",
    "src/engine/remote/remoteEmbedding.ts",
    "src/vscode/servers/askForServer.ts",
    "src/vscode/servers/checkServers.ts",
  ],
};

const prefix = "loaded-on-first-use:";

/** The entry point of each bundle, as a part of esbuild's options. */
export const onFirstUseEntries = Object.entries(bundles).map(([name, modules]) => ({
  name,
  stdin: {
    contents: [
      ...modules.map((module, i) => `import * as part${i} from ${JSON.stringify(`./${module}`)};`),
      'export { setTranslations } from "./src/common/l10n";',
      `export const parts = { ${modules.map((module, i) => `${JSON.stringify(module)}: part${i}`).join(", ")} };`,
    ].join("\n"),
    resolveDir: root,
    sourcefile: `${name}.ts`,
    loader: /** @type {const} */ ("ts"),
  },
}));

/**
 * Puts stand-ins in the place of the modules.
 * @type {import("esbuild").Plugin}
 */
export const loadsOnFirstUse = {
  name: "loads-on-first-use",
  setup({ onResolve, onLoad }) {
    onLoad({ filter: /[\\/]src[\\/].*\.ts$/ }, async ({ path: file }) => {
      const module = path.relative(root, file).replaceAll("\\", "/");
      const found = Object.entries(bundles).find(([, modules]) => modules.includes(module));
      return found && { contents: standIn(found[0], module, await readFile(file, "utf8")), loader: "js", resolveDir: path.dirname(file) };
    });
    onResolve({ filter: new RegExp(`^${prefix}`) }, ({ path: name }) => ({ path: name.slice(prefix.length), namespace: "first-use" }));
    onLoad({ filter: /.*/, namespace: "first-use" }, ({ path: name }) => ({ contents: loader(name), resolveDir: root }));
    onResolve({ filter: new RegExp(`^\\./(${Object.keys(bundles).join("|")})\\.js$`) }, ({ path: name }) => ({ path: name, external: true }));
  },
};

/**
 * Functions that hand their arguments on to those of the module.
 * @param {string} bundle
 * @param {string} module
 * @param {string} source
 */
function standIn(bundle, module, source) {
  const declared = [...source.matchAll(/^export (?:async )?function\*? ?(\w+)/gm)].map(([, name]) => name);
  const handedOn = [...source.matchAll(/^export \{ ([\w, ]+) \} from /gm)].flatMap(([, names = ""]) => names.split(", "));
  const other = /^export (?:const|let|class|default|\*|\{(?! [\w, ]+ \} from ))/m.exec(source);
  if (other) throw new Error(`${module} is loaded on first use, so it may export functions and types only: "${other[0]}".`);
  const part = `load()[${JSON.stringify(module)}]`;
  return [
    `import { load } from ${JSON.stringify(prefix + bundle)};`,
    ...[...declared, ...handedOn].map((name) => `export function ${name}(...values) { return ${part}.${name}(...values); }`),
  ].join("\n");
}

/**
 * Loads a bundle once, and gives it the language: it has the texts for itself.
 * @param {string} bundle
 */
function loader(bundle) {
  return `import { currentTranslations } from "./src/common/l10n";
let parts;
export function load() {
  if (parts) return parts;
  const loaded = require("./${bundle}.js");
  loaded.setTranslations(currentTranslations());
  return (parts = loaded.parts);
}`;
}
