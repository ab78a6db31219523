// A plugin of esbuild: `import bytes from "./name.wasm"` gives the module that `name.ts` beside it compiles to.
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";

/** Not a literal in the import: the package's types redefine those of Array for the whole project. */
const compiler = "assemblyscript/asc";
const options = ["--optimizeLevel", "3", "--enable", "simd", "--runtime", "stub", "--importMemory", "--noAssert", "--use", "abort="];

/**
 * The part of `asc` that is used.
 * @typedef {{ main(args: readonly string[], files: {
 *   readFile(name: string): string | null,
 *   writeFile(name: string, contents: Uint8Array): void,
 *   listFiles(): readonly string[],
 * }): Promise<{ error: Error | null, stderr: { toString(): string } }> }} Compiler
 */

/** By the text of all files that went in: a build with several bundles compiles once. @type {Map<string, Promise<Uint8Array>>} */
const compiled = new Map();

/** @type {import("esbuild").Plugin} */
export const assemblyScript = {
  name: "assembly-script",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\.wasm$/ }, ({ path: name, resolveDir }) => ({ path: path.resolve(resolveDir, name.replace(/\.wasm$/, ".ts")), namespace: "assembly-script" }));
    onLoad({ filter: /\.ts$/, namespace: "assembly-script" }, async ({ path: file }) => {
      const sources = await readSources(path.dirname(file));
      const key = [file, ...sources.values()].join("\0");
      const bytes = compiled.get(key) ?? compile(path.basename(file), sources);
      compiled.set(key, bytes);
      return { contents: await bytes, loader: "binary", watchFiles: [...sources.keys()].map((name) => path.join(path.dirname(file), name)) };
    });
  },
};

/** @returns {Promise<Map<string, string>>} by name */
async function readSources(/** @type {string} */ folder) {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".ts"));
  return new Map(await Promise.all(names.map(async (name) => /** @type {const} */ ([name, await readFile(path.join(folder, name), "utf8")]))));
}

/**
 * @param {string} entry
 * @param {ReadonlyMap<string, string>} sources
 * @returns {Promise<Uint8Array>}
 */
async function compile(entry, sources) {
  /** @type {Uint8Array | undefined} */
  let bytes;
  const { default: asc } = /** @type {{ default: Compiler }} */ (await import(compiler));
  const { error, stderr } = await asc.main([entry, "--outFile", "out.wasm", ...options], {
    readFile: (name) => sources.get(name) ?? null,
    writeFile: (_name, contents) => void (bytes = contents),
    listFiles: () => [],
  });
  if (error || !bytes) throw new Error(`${entry} could not be compiled:\n${stderr.toString()}`, { cause: error });
  return bytes;
}
