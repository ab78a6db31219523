import { randomBytes } from "node:crypto";
import { open, readFile, stat } from "node:fs/promises";
import { writeAtomic } from "./atomicFile";
import { crc32 } from "./byteCodec";

/** Raised whenever what is stored, or how chunks are cut, changes: an index of another version is built anew. */
const indexVersion = 1;

const magic = Buffer.from("HEARTHIX");
const headerBytes = 20;
const frameBytes = 8;

/** Which file was read or written, and how far it is whole. */
export interface LogState {
  /** Random; another one when the file was written anew. Hex. */
  readonly generation: string;
  /** Bytes up to the end of the last whole record. */
  readonly length: number;
}

export interface LoadedLog {
  readonly state: LogState;
  readonly records: readonly Buffer[];
}

/**
 * A file of checked records that grows at its end. A crash in mid-write leaves a tail that fails its check: it is
 * ignored when read and overwritten by the next append.
 */
export class IndexLog {
  readonly file: string;

  constructor(file: string) {
    this.file = file;
  }

  /** Undefined when there is none, or it is of another version or damaged at its head. */
  async load(): Promise<LoadedLog | undefined> {
    const bytes = await readFile(this.file).catch(() => undefined);
    const generation = bytes && readHeader(bytes);
    if (!generation) return undefined;
    const records: Buffer[] = [];
    let at = headerBytes;
    for (let record = recordAt(bytes, at); record; record = recordAt(bytes, at)) {
      records.push(record);
      at += frameBytes + record.length;
    }
    return { state: { generation, length: at }, records };
  }

  /** Whether the file is still as this state knows it. */
  async isAt(state: LogState): Promise<boolean> {
    try {
      const handle = await open(this.file, "r");
      try {
        const header = Buffer.alloc(headerBytes);
        await handle.read(header, 0, headerBytes, 0);
        return readHeader(header) === state.generation && (await stat(this.file)).size >= state.length;
      } finally {
        await handle.close();
      }
    } catch {
      // A file that cannot be opened is not the one that was read.
      return false;
    }
  }

  /** Writes records behind the last whole one; a damaged tail is cut off. */
  async append(state: LogState, records: readonly Buffer[]): Promise<LogState> {
    const bytes = Buffer.concat(records.flatMap(framed));
    const handle = await open(this.file, "r+");
    try {
      await handle.truncate(state.length);
      await handle.write(bytes, 0, bytes.length, state.length);
    } finally {
      await handle.close();
    }
    return { ...state, length: state.length + bytes.length };
  }

  /** Replaces the whole file. */
  async rewrite(records: readonly Buffer[]): Promise<LogState> {
    const id = randomBytes(8);
    const version = Buffer.alloc(4);
    version.writeUInt32LE(indexVersion);
    const parts = [magic, version, id, ...records.flatMap(framed)];
    await writeAtomic(this.file, parts.length > 64 ? [Buffer.concat(parts)] : parts);
    return { generation: id.toString("hex"), length: parts.reduce((sum, part) => sum + part.length, 0) };
  }
}

function readHeader(bytes: Buffer): string | undefined {
  if (bytes.length < headerBytes || !bytes.subarray(0, magic.length).equals(magic)) return undefined;
  if (bytes.readUInt32LE(magic.length) !== indexVersion) return undefined;
  return bytes.subarray(magic.length + 4, headerBytes).toString("hex");
}

function framed(record: Buffer): [Buffer, Buffer] {
  const head = Buffer.alloc(frameBytes);
  head.writeUInt32LE(record.length, 0);
  head.writeUInt32LE(crc32(record), 4);
  return [head, record];
}

function recordAt(bytes: Buffer, at: number): Buffer | undefined {
  if (at + frameBytes > bytes.length) return undefined;
  const length = bytes.readUInt32LE(at);
  const record = bytes.subarray(at + frameBytes, at + frameBytes + length);
  if (length === 0 || record.length !== length || crc32(record) !== bytes.readUInt32LE(at + 4)) return undefined;
  return record;
}
