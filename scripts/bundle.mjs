// `npm run bundle -- --model=FILE.gguf [--model=...] [--target=PLATFORM] [--out=FOLDER]`: a folder for a machine without a
// network: the extension, the model files, their checksums and how to install them.
import { createHash } from "node:crypto";
import { cpSync, createReadStream, existsSync, mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { parseArgs } from "node:util";
import { isMain, PlainError, runMain, step } from "./lib/progress.mjs";
import { readManifest, root } from "./lib/project.mjs";
import { ownPlatform, packageExtension } from "./package.mjs";

/**
 * Makes the bundle.
 * @param {{ models: readonly string[], outDir: string, target?: string, vsix?: string }} options models: paths of .gguf
 *   files; outDir: is made anew; vsix: a packaged extension to take instead of making one
 * @returns {Promise<readonly string[]>} the files in it, relative, in the order of the list of checksums
 */
export async function bundle({ models, outDir, target = ownPlatform, vsix }) {
  const missing = models.find((model) => !existsSync(model) || !statSync(model).isFile());
  if (missing !== undefined) throw new PlainError(`There is no model file ${missing}.`);
  rmSync(outDir, { recursive: true, force: true });
  mkdirSync(path.join(outDir, "models"), { recursive: true });
  const extension = await addExtension(outDir, target, vsix);
  for (const model of models) cpSync(model, path.join(outDir, "models", path.basename(model)));
  writeFileSync(path.join(outDir, "README.md"), readme(extension, models.map((model) => path.basename(model)), target));
  const files = [extension, ...models.map((model) => `models/${path.basename(model)}`), "README.md"];
  const sums = [];
  for (const file of files) sums.push(`${await sha256(path.join(outDir, file))}  ${file}`);
  writeFileSync(path.join(outDir, "SHA256SUMS"), `${sums.join("\n")}\n`);
  return files;
}

async function addExtension(/** @type {string} */ outDir, /** @type {string} */ target, /** @type {string | undefined} */ vsix) {
  const made = vsix ?? (await packageExtension({ outDir, target }));
  const name = path.basename(made);
  if (path.dirname(path.resolve(made)) !== path.resolve(outDir)) cpSync(made, path.join(outDir, name));
  return name;
}

async function sha256(/** @type {string} */ file) {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}

/**
 * @param {string} extension
 * @param {readonly string[]} models
 * @param {string} target
 */
function readme(extension, models, target) {
  return `# Hearth ${readManifest().version} for ${target}, offline

1. Check the files: \`sha256sum -c SHA256SUMS\` (Linux), \`shasum -a 256 -c SHA256SUMS\` (macOS), or \`Get-FileHash\` (Windows).
2. Install the extension: \`code --install-extension ${extension}\`, or "Install from VSIX…" in the Extensions view.
3. Copy the folder \`models\` to where it may stay, such as \`~/.hearth/models\`, which is where Hearth looks first. For another
   place set \`hearth.modelDirectories\` in the user settings.
4. Set the model: run "Hearth: Manage Models…" and choose it.

Nothing else is needed, and Hearth asks no network for anything.

Models:

${models.length === 0 ? "None." : models.map((model) => `- ${model}`).join("\n")}
`;
}

async function main() {
  const options = /** @type {const} */ ({ model: { type: "string", multiple: true }, target: { type: "string" }, out: { type: "string" } });
  const { values } = parseArgs({ options });
  const models = (values.model ?? []).map((model) => path.resolve(model));
  if (models.length === 0) throw new PlainError("Name the model files that go into the bundle: npm run bundle -- --model=FILE.gguf");
  const target = values.target ?? ownPlatform;
  const outDir = path.resolve(values.out ?? path.join(root, "out", `hearth-offline-${target}`));
  const files = await step(`Bundling for ${target}`, () => bundle({ models, outDir, target }));
  const size = (/** @type {string} */ file) => (statSync(path.join(outDir, file)).size / 1e6).toFixed(1);
  console.log([`Bundle: ${outDir}`, ...files.map((file) => `  ${file}  ${size(file)} MB`)].join("\n"));
}

if (isMain(import.meta.url)) await runMain(main);
