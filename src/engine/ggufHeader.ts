import { type FileHandle, open } from "node:fs/promises";
import { HearthError } from "../common/errors";
import { t } from "../common/l10n";
import { ByteCursor } from "./byteCursor";
import { tensorType, valueBytes, valueType } from "./ggufTypes";

/** A long array is not kept: only what it holds and how much of it. */
export interface GgufArray {
  readonly elementType: number;
  readonly count: number;
}

export type GgufValue = string | number | boolean | GgufArray;

export interface GgufEntry {
  readonly value: GgufValue;
  /** Bytes of the whole entry in the file: key, type and value. */
  readonly start: number;
  readonly end: number;
}

export interface GgufTensor {
  readonly name: string;
  /** Number of values in each dimension; a row first. */
  readonly shape: readonly number[];
  readonly type: number;
  /** Relative to `dataStart`. */
  readonly offset: number;
  /** Undefined for a type that this program does not know. */
  readonly bytes: number | undefined;
}

export interface GgufHeader {
  readonly version: number;
  readonly entries: ReadonlyMap<string, GgufEntry>;
  readonly tensors: readonly GgufTensor[];
  /** Where the tensors' bytes begin in the file. */
  readonly dataStart: number;
  readonly fileSize: number;
}

const limits = {
  entries: 65_536,
  tensors: 1_000_000,
  keyBytes: 65_535,
  stringBytes: 8 << 20,
  /** The largest vocabularies have a quarter of a million tokens, and twice as many merges. */
  listedTexts: 8_000_000,
  /** The largest vocabularies take about 20 MB. */
  headerBytes: 256 << 20,
} as const;

export const remedies = {
  truncated: () => t("Its download was probably cut off: download it again, or pick another file."),
  damaged: () => t("Download it again, or pick another file."),
  wrongFile: () => t("Pick a .gguf model file."),
} as const;

export function invalidModel(message: string, remedy: string): HearthError {
  return new HearthError("model-invalid", message, { remedy });
}

/**
 * Reads a GGUF file's metadata and tensor list; the tensors' bytes are not touched. Versions 2 and 3, little-endian.
 * Memory and time are bounded whatever the file says. Throws "model-invalid".
 * Format: ggml's docs/gguf.md.
 */
export async function readGgufHeader(file: string): Promise<GgufHeader> {
  const handle = await open(file, "r");
  try {
    const { size } = await handle.stat();
    return await new HeaderParser(file, handle, size).parse();
  } finally {
    await handle.close();
  }
}

class HeaderParser {
  private readonly cursor: ByteCursor;

  constructor(
    private readonly file: string,
    handle: FileHandle,
    size: number,
  ) {
    this.cursor = new ByteCursor(handle, size, () => this.error(t("{0} ends in the middle of its header.", this.file), remedies.truncated()));
  }

  async parse(): Promise<GgufHeader> {
    const version = await this.start();
    const tensorCount = await this.count(t("tensors"), limits.tensors, 24);
    const entryCount = await this.count(t("metadata entries"), limits.entries, 13);
    const entries = await this.entries(entryCount);
    const tensors = await this.tensors(tensorCount);
    const alignment = this.alignment(entries.get("general.alignment")?.value);
    const dataStart = Math.ceil(this.cursor.position / alignment) * alignment;
    this.checkOffsets(tensors, alignment);
    return { version, entries, tensors, dataStart, fileSize: this.cursor.fileSize };
  }

  private error(message: string, remedy: string = remedies.damaged()): HearthError {
    return invalidModel(message, remedy);
  }

  private async start(): Promise<number> {
    if (this.cursor.fileSize < 4 || (await this.cursor.bytes(4)).toString("latin1") !== "GGUF") {
      throw this.error(t("{0} is not a GGUF file: it does not begin with the letters GGUF.", this.file), remedies.wrongFile());
    }
    const version = await this.cursor.uint32();
    if (version === 2 || version === 3) return version;
    if (version > 0 && version % 65_536 === 0) {
      throw this.error(t("{0} is written for big-endian machines.", this.file), t("Pick a little-endian file of the model."));
    }
    throw this.error(t("{0} has GGUF version {1}; versions 2 and 3 are supported.", this.file, version), t("Pick a newer file of the model."));
  }

  private async count(what: string, limit: number, leastBytes: number): Promise<number> {
    const count = await this.cursor.uint64();
    const fits = Math.floor(this.cursor.remaining / leastBytes);
    if (count > limit) throw this.error(t("{0} is damaged: it claims {1} {2}.", this.file, count, what));
    if (count > fits) throw this.error(t("{0} is too short for the {1} {2} it claims.", this.file, count, what), remedies.truncated());
    return count;
  }

  private async string(limit: number, what: string): Promise<string> {
    const length = await this.cursor.uint64();
    this.checkLength(length, limit, what);
    return (await this.cursor.bytes(length)).toString("utf8");
  }

  private checkLength(length: number, limit: number, what: string): void {
    if (length > limit) throw this.error(t("{0} is damaged: it claims {1} bytes for {2}.", this.file, length, what));
    if (this.cursor.position > limits.headerBytes) throw this.error(t("{0} is damaged: its header does not end.", this.file));
  }

  private async entries(count: number): Promise<Map<string, GgufEntry>> {
    const entries = new Map<string, GgufEntry>();
    for (let i = 0; i < count; i++) {
      const start = this.cursor.position;
      const key = await this.string(limits.keyBytes, t("a metadata key"));
      if (key === "" || entries.has(key)) throw this.error(t('{0} is damaged: its metadata key "{1}" is empty or stands twice.', this.file, key));
      const value = await this.value(await this.cursor.uint32(), key);
      entries.set(key, { value, start, end: this.cursor.position });
    }
    return entries;
  }

  private async value(type: number, key: string): Promise<GgufValue> {
    if (type === valueType.string) return this.string(limits.stringBytes, key);
    if (type === valueType.array) return this.array(key);
    const size = valueBytes(type);
    if (size === undefined) throw this.error(t('{0} is damaged: "{1}" has the unknown type {2}.', this.file, key, type));
    return scalar(await this.cursor.bytes(size), type);
  }

  private async array(key: string): Promise<GgufArray> {
    const elementType = await this.cursor.uint32();
    const size = elementType === valueType.string ? 8 : valueBytes(elementType);
    if (size === undefined) throw this.error(t('{0} is damaged: "{1}" is a list of the unknown type {2}.', this.file, key, elementType));
    const count = await this.cursor.uint64();
    if (count * size > this.cursor.remaining) {
      throw this.error(t('{0} is too short for the {1} values of "{2}".', this.file, count, key), remedies.truncated());
    }
    if (elementType === valueType.string) {
      if (count > limits.listedTexts) throw this.error(t('{0} is damaged: it claims {1} texts for "{2}".', this.file, count, key));
      const what = t('a text in "{0}"', key);
      await this.cursor.skipStrings(count, (length) => this.checkLength(length, limits.stringBytes, what));
    } else this.cursor.skip(count * size);
    return { elementType, count };
  }

  private async tensors(count: number): Promise<GgufTensor[]> {
    const tensors: GgufTensor[] = [];
    for (let i = 0; i < count; i++) tensors.push(await this.tensor());
    return tensors;
  }

  private async tensor(): Promise<GgufTensor> {
    const name = await this.string(limits.keyBytes, t("a tensor's name"));
    const dimensions = await this.cursor.uint32();
    if (dimensions < 1 || dimensions > 4) throw this.error(t('{0} is damaged: tensor "{1}" has {2} dimensions.', this.file, name, dimensions));
    const shape: number[] = [];
    for (let i = 0; i < dimensions; i++) shape.push(await this.cursor.uint64());
    const type = await this.cursor.uint32();
    const offset = await this.cursor.uint64();
    return { name, shape, type, offset, bytes: this.tensorBytes(name, shape, type) };
  }

  private tensorBytes(name: string, shape: readonly number[], type: number): number | undefined {
    const values = shape.reduce((product, length) => product * length, 1);
    const known = tensorType(type);
    const whole = known === undefined || (shape[0] ?? 0) % known.blockSize === 0;
    if (values < 1 || !Number.isSafeInteger(values) || !whole) {
      throw this.error(t('{0} is damaged: tensor "{1}" has the impossible shape {2}.', this.file, name, shape.join(" x ")));
    }
    return known && (values / known.blockSize) * known.blockBytes;
  }

  private alignment(value: GgufValue | undefined): number {
    const alignment = value ?? 32;
    if (typeof alignment !== "number" || alignment < 8 || alignment > 1 << 20 || alignment % 8 !== 0) {
      throw this.error(t("{0} is damaged: its alignment is impossible.", this.file));
    }
    return alignment;
  }

  /** ggml asks for tensors one after the other in the order of the list, each at the next multiple of the alignment. */
  private checkOffsets(tensors: readonly GgufTensor[], alignment: number): void {
    let next: number | undefined = 0;
    for (const tensor of tensors) {
      const misplaced = next === undefined ? tensor.offset % alignment !== 0 : tensor.offset !== next;
      if (misplaced) throw this.error(t('{0} is damaged: tensor "{1}" is not where it should be.', this.file, tensor.name));
      next = tensor.bytes === undefined ? undefined : Math.ceil((tensor.offset + tensor.bytes) / alignment) * alignment;
    }
  }
}

function scalar(bytes: Buffer, type: number): number | boolean {
  switch (type) {
    case valueType.uint8:
      return bytes.readUInt8();
    case valueType.int8:
      return bytes.readInt8();
    case valueType.uint16:
      return bytes.readUInt16LE();
    case valueType.int16:
      return bytes.readInt16LE();
    case valueType.uint32:
      return bytes.readUInt32LE();
    case valueType.int32:
      return bytes.readInt32LE();
    case valueType.float32:
      return bytes.readFloatLE();
    case valueType.bool:
      return bytes.readUInt8() !== 0;
    case valueType.uint64:
      return Number(bytes.readBigUInt64LE());
    case valueType.int64:
      return Number(bytes.readBigInt64LE());
    default:
      return bytes.readDoubleLE();
  }
}
