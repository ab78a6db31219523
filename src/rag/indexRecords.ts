import { ByteReader, ByteWriter } from "./byteCodec";
import type { Chunk } from "./chunker";
import { skipReason, type SkipReason } from "./skipRules";
import type { TermCounts } from "./termDictionary";

/** What of a file is in the index and on disk. */
export interface FileRecord {
  /** Relative to the root, with forward slashes. */
  readonly path: string;
  readonly bytes: number;
  readonly mtimeMs: number;
  /** Short hash of the file's bytes. */
  readonly hash: string;
  readonly language: string;
  /** Why its content keeps it out; it is remembered, without chunks, so as not to be read again. */
  readonly skipped: SkipReason | undefined;
  readonly chunks: readonly ChunkRecord[];
}

export interface ChunkRecord extends Chunk {
  /** Short hash of the chunk's text. */
  readonly key: string;
  readonly body: TermCounts;
}

/** A line of the log. Terms are numbered across records, in the order they are written. */
export type IndexRecord =
  | { readonly kind: "terms"; readonly terms: readonly string[] }
  | { readonly kind: "file"; readonly file: FileRecord }
  | { readonly kind: "removed"; readonly path: string }
  /** The content is the same, size and time are not. */
  | { readonly kind: "touched"; readonly path: string; readonly bytes: number; readonly mtimeMs: number };

const kinds = ["terms", "file", "removed", "touched"] as const satisfies readonly IndexRecord["kind"][];

export function encodeRecord(record: IndexRecord): Buffer {
  const writer = new ByteWriter().uint(kinds.indexOf(record.kind));
  switch (record.kind) {
    case "terms":
      writer.uint(record.terms.length);
      for (const term of record.terms) writer.text(term);
      break;
    case "file":
      writeFile(writer, record.file);
      break;
    case "removed":
      writer.text(record.path);
      break;
    case "touched":
      writer.text(record.path).uint(record.bytes).double(record.mtimeMs);
      break;
    default:
      record satisfies never;
  }
  return writer.finish();
}

/** Throws a RangeError for a record that this version did not write. */
export function decodeRecord(bytes: Buffer): IndexRecord {
  const reader = new ByteReader(bytes);
  const kind = kinds[reader.uint()];
  switch (kind) {
    case "terms":
      return { kind, terms: list(reader, () => reader.text()) };
    case "file":
      return { kind, file: readFile(reader) };
    case "removed":
      return { kind, path: reader.text() };
    case "touched":
      return { kind, path: reader.text(), bytes: reader.uint(), mtimeMs: reader.double() };
    case undefined:
      throw new RangeError("A record of the index is of an unknown kind.");
    default:
      return kind satisfies never;
  }
}

function writeFile(writer: ByteWriter, file: FileRecord): void {
  writer.text(file.path).uint(file.bytes).double(file.mtimeMs).hex(file.hash).text(file.language);
  writer.text(file.skipped ?? "").uint(file.chunks.length);
  for (const chunk of file.chunks) writeChunk(writer, chunk);
}

function readFile(reader: ByteReader): FileRecord {
  return {
    path: reader.text(),
    bytes: reader.uint(),
    mtimeMs: reader.double(),
    hash: reader.hex(),
    language: reader.text(),
    skipped: skipReason(reader.text()),
    chunks: list(reader, () => readChunk(reader)),
  };
}

function writeChunk(writer: ByteWriter, chunk: ChunkRecord): void {
  writer.uint(chunk.startLine).uint(chunk.endLine - chunk.startLine).hex(chunk.key);
  writer.text(chunk.symbol ?? "").text(chunk.signature ?? "").uint(chunk.definitions.length);
  for (const name of chunk.definitions) writer.text(name);
  const { ids, counts } = chunk.body;
  writer.uint(ids.length);
  let previous = 0;
  for (const [i, id] of ids.entries()) {
    writer.uint(id - previous).uint(counts[i] ?? 1);
    previous = id;
  }
}

function readChunk(reader: ByteReader): ChunkRecord {
  const startLine = reader.uint();
  const endLine = startLine + reader.uint();
  const key = reader.hex();
  const symbol = reader.text() || undefined;
  const signature = reader.text() || undefined;
  const definitions = list(reader, () => reader.text());
  return { startLine, endLine, key, symbol, signature, definitions, body: readCounts(reader) };
}

function readCounts(reader: ByteReader): TermCounts {
  const length = reader.uint();
  const ids: number[] = [];
  const counts: number[] = [];
  let previous = 0;
  for (let i = 0; i < length; i++) {
    previous += reader.uint();
    ids.push(previous);
    counts.push(reader.uint());
  }
  return { ids, counts };
}

function list<T>(reader: ByteReader, read: () => T): T[] {
  const length = reader.uint();
  const items: T[] = [];
  for (let i = 0; i < length; i++) items.push(read());
  return items;
}
