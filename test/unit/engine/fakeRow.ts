import { createHash } from "node:crypto";
import { open, readFile } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";
import type { SequencePort } from "../../../src/engine/runtime";

export interface FakeRowOptions {
  readonly bytesPerToken?: number;
  /** The state is written in so many pieces, */
  readonly pieces?: number;
  /** with so many milliseconds before each, */
  readonly pieceMs?: number;
  /** or fails behind so many bytes. */
  readonly diskFullAfter?: number;
}

/** A row without a model: its state file has its tokens and as many bytes for each as a KV cache would have. */
export class FakeRow implements SequencePort {
  readonly meter = { input: 0, output: 0 };
  tokens: readonly number[];
  saves = 0;

  constructor(
    tokens: readonly number[] = [],
    readonly options: FakeRowOptions = {},
  ) {
    this.tokens = tokens;
  }

  get length(): number {
    return this.tokens.length;
  }

  prefill(tokens: readonly number[]): Promise<void> {
    this.tokens = [...this.tokens, ...tokens];
    return Promise.resolve();
  }

  decode(): AsyncGenerator<number, void, undefined> {
    throw new Error("A fake row does not decode.");
  }

  eraseTail(from: number): Promise<void> {
    this.tokens = this.tokens.slice(0, from);
    return Promise.resolve();
  }

  erase(): Promise<void> {
    throw new Error("A fake row does not shift.");
  }

  async saveState(file: string): Promise<number> {
    const { pieces = 1, pieceMs = 0, diskFullAfter = Infinity } = this.options;
    this.saves++;
    const state = encode(this.tokens, this.options.bytesPerToken ?? 100);
    const handle = await open(file, "w");
    try {
      for (let piece = 0, at = 0; piece < pieces; piece++) {
        if (pieceMs > 0) await setTimeout(pieceMs);
        const end = Math.round((state.length * (piece + 1)) / pieces);
        await handle.write(state.subarray(at, Math.min(end, diskFullAfter)));
        if (end > diskFullAfter) throw Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
        at = end;
      }
    } finally {
      await handle.close();
    }
    return state.length;
  }

  /** As unforgiving as the library: throws for what it did not write itself. */
  async loadState(file: string): Promise<readonly number[]> {
    const data = await readFile(file);
    const count = data.readUInt32LE(0);
    const tokens = Array.from({ length: count }, (_, at) => data.readUInt32LE(4 + 4 * at));
    if (!encode(tokens, (data.length - 4 - 4 * count) / count).equals(data)) throw new Error("A damaged state was loaded.");
    this.tokens = tokens;
    return tokens;
  }
}

function encode(tokens: readonly number[], bytesPerToken: number): Buffer {
  const header = Buffer.from(Uint32Array.of(tokens.length, ...tokens).buffer);
  const digest = createHash("sha256").update(header).digest();
  return Buffer.concat([header, Buffer.alloc(tokens.length * bytesPerToken, digest)]);
}
