import { ByteReader, ByteWriter } from "./byteCodec";
import { ByteColumn, IntColumn } from "./columns";
import { readDefinitionLines, writeDefinitionLines } from "./definitionLines";
import type { ChunkRecord } from "./indexRecords";

/** A chunk without its words and without its file. */
export type StoredChunk = Omit<ChunkRecord, "body">;

/** What the table is on disk. */
export interface ChunkColumns {
  /** First and last line of each chunk, one after the other. */
  readonly lines: Int32Array;
  /** 16 bytes each. */
  readonly keys: Uint8Array;
  /** Where each chunk's texts begin, with one entry more than there are chunks. */
  readonly textStarts: Int32Array;
  readonly texts: Uint8Array;
}

const keyBytes = 16;

/** Chunks by number, packed: as objects they would take four times the memory. They are only added; whether one still counts is told elsewhere. */
export class ChunkTable {
  readonly #lines: IntColumn;
  readonly #keys: ByteColumn;
  readonly #textStarts: IntColumn;
  readonly #texts: ByteColumn;

  constructor(columns?: ChunkColumns) {
    this.#lines = new IntColumn(columns?.lines);
    this.#keys = new ByteColumn(columns?.keys);
    this.#textStarts = new IntColumn(columns?.textStarts ?? new Int32Array(1));
    this.#texts = new ByteColumn(columns?.texts);
  }

  /** Chunks that were ever added. */
  get length(): number {
    return this.#textStarts.length - 1;
  }

  /** Gets the next number. */
  add({ startLine, endLine, key, symbol, signature, definitions, ...places }: StoredChunk): void {
    this.#lines.push(startLine);
    this.#lines.push(endLine);
    this.#keys.push(Buffer.from(key, "hex"));
    const writer = new ByteWriter(256).text(symbol ?? "").text(signature ?? "").uint(definitions.length);
    for (const name of definitions) writer.text(name);
    writeDefinitionLines(writer, { startLine, ...places });
    this.#texts.push(writer.view());
    this.#textStarts.push(this.#texts.length);
  }

  key(number: number): string {
    const bytes = this.#keys.slice(number * keyBytes, (number + 1) * keyBytes);
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("hex");
  }

  get(number: number): StoredChunk {
    const reader = this.#textsOf(number);
    const startLine = this.#lines.at(number * 2);
    const endLine = this.#lines.at(number * 2 + 1);
    const symbol = reader.text() || undefined;
    const signature = reader.text() || undefined;
    const definitions = Array.from({ length: reader.uint() }, () => reader.text());
    return { startLine, endLine, key: this.key(number), symbol, signature, definitions, ...readDefinitionLines(reader, startLine) };
  }

  definitions(number: number): readonly string[] {
    const reader = this.#textsOf(number);
    reader.skipText();
    reader.skipText();
    return Array.from({ length: reader.uint() }, () => reader.text());
  }

  /** The columns of some chunks, in this order. */
  columnsOf(numbers: readonly number[]): ChunkColumns {
    const lines = new IntColumn();
    const keys = new ByteColumn();
    const textStarts = new IntColumn(new Int32Array(1));
    const texts = new ByteColumn();
    for (const number of numbers) {
      lines.push(this.#lines.at(number * 2));
      lines.push(this.#lines.at(number * 2 + 1));
      keys.push(this.#keys.slice(number * keyBytes, (number + 1) * keyBytes));
      texts.push(this.#texts.slice(this.#textStarts.at(number), this.#textStarts.at(number + 1)));
      textStarts.push(texts.length);
    }
    return { lines: lines.values(), keys: keys.slice(0, keys.length), textStarts: textStarts.values(), texts: texts.slice(0, texts.length) };
  }

  #textsOf(number: number): ByteReader {
    const bytes = this.#texts.slice(this.#textStarts.at(number), this.#textStarts.at(number + 1));
    return new ByteReader(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
  }
}
