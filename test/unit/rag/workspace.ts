import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import type { EmbeddingInfo, EmbeddingModel } from "../../../src/engine/ports";
import { seeded } from "../../fixtures/seeded";

/** Where the grammars are when tests run beside node_modules. */
export const grammars = path.resolve("node_modules/@vscode/tree-sitter-wasm/wasm");

const made: string[] = [];

after(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});

/** An empty folder of its own, removed after the tests. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), "hearth-rag-"));
  made.push(folder);
  return folder;
}

export type Tree = Readonly<Record<string, string | Uint8Array>>;

/** A folder with these files. */
export function workspace(tree: Tree): string {
  const root = temporaryFolder();
  write(root, tree);
  return root;
}

export function write(root: string, tree: Tree): void {
  for (const [name, content] of Object.entries(tree)) {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    writeFileSync(path.join(root, name), content);
  }
}

const identity = ["-c", "user.name=T", "-c", "user.email=t@localhost", "-c", "protocol.file.allow=always", "-c", "commit.gpgsign=false"];

export function git(root: string, ...args: readonly string[]): void {
  execFileSync("git", [...identity, ...args], { cwd: root, stdio: "ignore" });
}

export function commitAll(root: string): void {
  git(root, "add", "-A");
  git(root, "commit", "-m", "all");
}

/**
 * Embeds a text as the sum of one fixed direction per word, so that texts with the same words are near. `synonyms`
 * gives words the direction of another.
 */
export class FakeEmbeddings implements EmbeddingModel {
  calls = 0;
  failure: Error | undefined;
  readonly #info: EmbeddingInfo;
  readonly #synonyms: Readonly<Record<string, string>>;

  constructor(hash = "fake", dimensions = 32, synonyms: Readonly<Record<string, string>> = {}) {
    this.#info = { id: hash, hash, dimensions };
    this.#synonyms = synonyms;
  }

  info(): Promise<EmbeddingInfo> {
    return Promise.resolve(this.#info);
  }

  embed(texts: readonly string[]): Promise<readonly Float32Array[]> {
    if (this.failure) return Promise.reject(this.failure);
    this.calls++;
    return Promise.resolve(texts.map((text) => this.#embed(text)));
  }

  #embed(text: string): Float32Array {
    const sum = new Float32Array(this.#info.dimensions);
    for (const word of text.toLowerCase().match(/[a-z]+/g) ?? []) {
      const random = seeded(hashOf(this.#synonyms[word] ?? word));
      for (let i = 0; i < sum.length; i++) sum[i]! += random() - 0.5;
    }
    return sum;
  }
}

export const noEmbeddings: EmbeddingModel = {
  info: () => Promise.resolve(undefined),
  embed: () => Promise.reject(new Error("There is no embedding model.")),
};

function hashOf(text: string): number {
  return [...Buffer.from(text)].reduce((hash, byte) => Math.imul(hash ^ byte, 16_777_619), 0x811c9dc5);
}
