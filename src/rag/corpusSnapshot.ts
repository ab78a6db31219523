import type { ByteReader, ByteWriter } from "./byteCodec";
import type { ChunkColumns } from "./chunkTable";
import type { FileRecord } from "./indexRecords";
import type { IndexedFile } from "./lexicalIndex";
import type { PackedPostings } from "./postings";
import { skipReason } from "./skipRules";

/** A file of the index without its chunks: these are found by number. */
export interface CorpusFile extends Omit<FileRecord, "chunks"> {
  readonly indexed: IndexedFile;
}

/** A lexical index with its documents numbered without gaps, as it lies in memory. */
export interface LexicalSnapshot {
  readonly body: FieldSnapshot;
  readonly definitions: FieldSnapshot;
  readonly path: FieldSnapshot;
  /** Terms of each file. */
  readonly fileLengths: Int32Array;
  /** The file of each chunk. */
  readonly owners: Int32Array;
}

export interface FieldSnapshot {
  readonly postings: PackedPostings;
  readonly lengths: Int32Array;
}

/** A whole corpus in the arrays that it is made of: it loads without a look at each word. */
export interface CorpusSnapshot {
  /** As a TermDictionary packs them. */
  readonly terms: Uint8Array;
  /** In the order of their numbers. */
  readonly files: readonly CorpusFile[];
  readonly chunks: ChunkColumns;
  readonly lexical: LexicalSnapshot;
}

export function writeSnapshot(writer: ByteWriter, { terms, files, chunks, lexical }: CorpusSnapshot): void {
  writer.bytes(terms).uint(files.length);
  for (const file of files) writeFileHead(writer, file).uint(file.indexed.firstChunk).uint(file.indexed.chunkCount);
  writer.ints(chunks.lines).bytes(chunks.keys).ints(chunks.textStarts).bytes(chunks.texts);
  for (const field of [lexical.body, lexical.definitions, lexical.path]) {
    writer.ints(field.postings.starts).bytes(field.postings.bytes).ints(field.lengths);
  }
  writer.ints(lexical.fileLengths).ints(lexical.owners);
}

/** Throws a RangeError for what this version did not write. */
export function readSnapshot(reader: ByteReader): CorpusSnapshot {
  const terms = reader.bytes();
  const files = Array.from({ length: reader.uint() }, (_, file): CorpusFile => {
    const head = readFileHead(reader);
    return { ...head, indexed: { file, firstChunk: reader.uint(), chunkCount: reader.uint() } };
  });
  const chunks = { lines: reader.ints(), keys: reader.bytes(), textStarts: reader.ints(), texts: reader.bytes() };
  const field = (): FieldSnapshot => ({ postings: { starts: reader.ints(), bytes: reader.bytes() }, lengths: reader.ints() });
  const lexical = { body: field(), definitions: field(), path: field(), fileLengths: reader.ints(), owners: reader.ints() };
  return { terms, files, chunks, lexical };
}

type FileHead = Omit<FileRecord, "chunks">;

export function writeFileHead(writer: ByteWriter, file: FileHead): ByteWriter {
  writer.text(file.path).uint(file.bytes).double(file.mtimeMs).hex(file.hash).text(file.language);
  return writer.text(file.skipped ?? "").uint(file.coarse ? 1 : 0);
}

export function readFileHead(reader: ByteReader): FileHead {
  const head = {
    path: reader.text(),
    bytes: reader.uint(),
    mtimeMs: reader.double(),
    hash: reader.hex(),
    language: reader.text(),
    skipped: skipReason(reader.text()),
  };
  return reader.uint() === 1 ? { ...head, coarse: true } : head;
}
