import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { SourceFolder } from "./corpus";

/** Never trained on: the scores are taken on their functions. */
const heldOut = ["fastify", "commander", "vectra", "@grpc/grpc-js", "pino", "find-my-way", "mocha"];
/** Generated code, other builds of a package that is here, and what is no source. */
const leftOut = ["typescript", "playwright-core", "@types", "highlight.js", "node", "node-llama-cpp", "lodash", "underscore", "gpt-tokenizer", "@mixmark-io", "@vscode/vsce-sign", ".bin", ".cache"];

export interface Source extends SourceFolder {
  readonly licence: string;
  readonly use: "train" | "test";
}

/** The packages that are installed, the project's own code, and Python's library where it is there. */
export function sources(root: string): readonly Source[] {
  const modules = path.join(root, "node_modules");
  const own: Source = { origin: "hearth", folder: path.join(root, "src"), licence: "this project's", use: "train" };
  return [own, ...packageNames(modules).flatMap((name) => packageSource(modules, name)), ...pythonSources()];
}

function packageNames(modules: string): readonly string[] {
  return readdirSync(modules)
    .filter((name) => !leftOut.includes(name))
    .flatMap((name) => (name.startsWith("@") ? readdirSync(path.join(modules, name)).map((inner) => `${name}/${inner}`) : [name]))
    .sort();
}

function packageSource(modules: string, name: string): readonly Source[] {
  const folder = path.join(modules, name);
  const manifest = path.join(folder, "package.json");
  if (leftOut.includes(name) || !existsSync(manifest)) return [];
  const { license = "not stated" } = JSON.parse(readFileSync(manifest, "utf8")) as { license?: unknown };
  // The sources where they are shipped beside what was built of them.
  const src = path.join(folder, "src");
  const use = heldOut.includes(name) ? "test" : "train";
  return [{ origin: name, folder: existsSync(src) ? src : folder, licence: typeof license === "string" ? license : "see its manifest", use }];
}

function pythonSources(): readonly Source[] {
  const libraries = existsSync("/usr/lib") ? readdirSync("/usr/lib").filter((name) => /^python3\.\d+$/.test(name)) : [];
  return libraries.slice(0, 1).map((name) => ({ origin: "python", folder: path.join("/usr/lib", name), licence: "PSF-2.0", use: "train" as const }));
}
