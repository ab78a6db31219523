import { readFileSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import type { Log } from "../../src/common/log";

import { Chunker } from "../../src/rag/chunker";
import { decodeSource, splitLines } from "../../src/rag/sourceText";
import { Syntax } from "../../src/rag/syntax";
import { type FunctionFacts, functionFacts } from "./functionFacts";

/** A chunk of a file, cut as the index cuts it, with the functions that lie wholly in it; some have none. */
export interface SourceChunk {
  /** The package it comes from. */
  readonly origin: string;
  /** Path in its package, with forward slashes. */
  readonly path: string;
  readonly language: string;
  readonly startLine: number;
  readonly lines: readonly string[];
  /** First line of the definition that it begins inside of; see CodePassage. */
  readonly inside?: string;
  readonly functions: readonly FunctionFacts[];
}

export interface SourceFolder {
  readonly origin: string;
  readonly folder: string;
}

const languages: Readonly<Record<string, string>> = { ".ts": "typescript", ".mts": "typescript", ".js": "javascript", ".mjs": "javascript", ".cjs": "javascript", ".py": "python", ".md": "markdown" };
const skippedFolders = new Set(["node_modules", ".git", "__pycache__", "umd", "cjs", "bundles"]);
const mostBytes = 120_000;
/** Longer chunks leave no room for others beside them. Characters. */
const longestChunk = 1100;

/** All chunks of the folders, in the order of their files; each text once. */
export async function readCorpus(folders: readonly SourceFolder[], wasmFolder: string, log: Log): Promise<readonly SourceChunk[]> {
  const chunker = new Chunker(new Syntax(path.resolve(wasmFolder), log));
  const seen = new Set<string>();
  const chunks: SourceChunk[] = [];
  for (const { origin, folder } of folders) {
    for (const file of sourceFiles(folder)) {
      for (const chunk of await chunksOf(chunker, origin, folder, file)) {
        // Names do not make a text another one: many packages ship one file several times.
        const key = chunk.lines.join("\n").replace(/\s+/g, "");
        if (!seen.has(key)) chunks.push(chunk);
        seen.add(key);
      }
    }
  }
  return chunks;
}

function sourceFiles(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const file = path.join(folder, entry.name);
      if (entry.isDirectory()) return skippedFolders.has(entry.name) ? [] : sourceFiles(file);
      return entry.isFile() && isSource(entry.name) && statSync(file).size <= mostBytes ? [file] : [];
    });
}

function isSource(name: string): boolean {
  return Object.hasOwn(languages, path.extname(name)) && !/\.d\.m?ts$|\.min\.|\.(?:test|spec)\./.test(name);
}

async function chunksOf(chunker: Chunker, origin: string, folder: string, file: string): Promise<readonly SourceChunk[]> {
  const text = decodeSource(readFileSync(file));
  const lines = splitLines(text);
  const language = languages[path.extname(file)] ?? "";
  if (isGenerated(lines)) return [];
  const found = await chunker.chunk(text, lines, language);
  return found.flatMap(({ startLine, endLine, signature, definitions, definitionLines = [] }) => {
    const own = lines.slice(startLine - 1, endLine);
    if (own.join("\n").length > longestChunk || own.some((line) => line.length > 160 || /[^\t\x20-\x7e]/.test(line))) return [];
    const functions = definitions.flatMap((name, i) => {
      const [at = 0, end = 0] = definitionLines.slice(2 * i);
      return end > endLine ? [] : (functionFacts(own, at - startLine, end - startLine, name, language) ?? []);
    });
    const inside = signature !== undefined && signature !== "" && !own.some((line) => line.trim().startsWith(signature)) ? { inside: signature } : {};
    return [{ origin, path: path.relative(folder, file).split(path.sep).join("/"), language, startLine, lines: own, functions, ...inside }];
  });
}

function isGenerated(lines: readonly string[]): boolean {
  const length = lines.reduce((sum, line) => sum + line.length, 0);
  return lines.length === 0 || length / lines.length > 90 || lines.some((line) => line.length > 2000);
}
