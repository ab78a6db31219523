import { randomBytes } from "node:crypto";
import { type FileHandle, open, readFile } from "node:fs/promises";
import { replaceFile } from "../common/replaceFile";
import { crc32 } from "./byteCodec";

/** Raised whenever what is stored, or how chunks are cut, changes: an index of another version is built anew. */
const indexVersion = 2;

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
  /** Bytes up to the end of the first record. */
  readonly wholeBytes: number;
}

/**
 * A file of checked records that grows at its end. A crash in mid-write leaves a tail that fails its check: it is
 * ignored when read, and gone with the next write, which is of the whole file then.
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
    const { records, length } = recordsOf(bytes.subarray(headerBytes));
    const wholeBytes = headerBytes + (records[0] ? frameBytes + records[0].length : 0);
    return { state: { generation, length: headerBytes + length }, records, wholeBytes };
  }

  /** What was appended behind a state. Undefined when the file is another one by now. */
  async loadFrom(state: LogState): Promise<LoadedLog | undefined> {
    try {
      const handle = await open(this.file, "r");
      try {
        const { generation, size } = await headOf(handle);
        if (generation !== state.generation || size < state.length) return undefined;
        const bytes = Buffer.alloc(size - state.length);
        const { bytesRead } = await handle.read(bytes, 0, bytes.length, state.length);
        const { records, length } = recordsOf(bytes.subarray(0, bytesRead));
        return { state: { generation, length: state.length + length }, records, wholeBytes: 0 };
      } finally {
        await handle.close();
      }
    } catch {
      // A file that cannot be opened is not the one that was read.
      return undefined;
    }
  }

  /** Whether the file is still as this state knows it: another writer may have gone on with it, or a crash left half a record. */
  async isAt(state: LogState): Promise<boolean> {
    try {
      const handle = await open(this.file, "r");
      try {
        const { generation, size } = await headOf(handle);
        return generation === state.generation && size === state.length;
      } finally {
        await handle.close();
      }
    } catch {
      // A file that cannot be opened is not the one that was read.
      return false;
    }
  }

  /** Writes records behind the last whole one. */
  async append(state: LogState, records: readonly Buffer[]): Promise<LogState> {
    const bytes = Buffer.concat(records.flatMap(framed));
    const handle = await open(this.file, "r+");
    try {
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
    await replaceFile(this.file, parts);
    return { generation: id.toString("hex"), length: parts.reduce((sum, part) => sum + part.length, 0) };
  }
}

async function headOf(handle: FileHandle): Promise<{ generation: string | undefined; size: number }> {
  const header = Buffer.alloc(headerBytes);
  await handle.read(header, 0, headerBytes, 0);
  return { generation: readHeader(header), size: (await handle.stat()).size };
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

/** Whole records from the beginning, and the bytes that they take. */
function recordsOf(bytes: Buffer): { records: readonly Buffer[]; length: number } {
  const records: Buffer[] = [];
  let at = 0;
  for (let record = recordAt(bytes, at); record; record = recordAt(bytes, at)) {
    records.push(record);
    at += frameBytes + record.length;
  }
  return { records, length: at };
}

function recordAt(bytes: Buffer, at: number): Buffer | undefined {
  if (at + frameBytes > bytes.length) return undefined;
  const length = bytes.readUInt32LE(at);
  const record = bytes.subarray(at + frameBytes, at + frameBytes + length);
  if (length === 0 || record.length !== length || crc32(record) !== bytes.readUInt32LE(at + 4)) return undefined;
  return record;
}
