import type { FileHandle } from "node:fs/promises";

const windowBytes = 1 << 20;

/** Reads a file forward through a window of 1 MB, so that memory does not depend on what the file claims. */
export class ByteCursor {
  private buffer = Buffer.alloc(0);
  private bufferStart = 0;
  private at = 0;

  constructor(
    private readonly file: FileHandle,
    readonly fileSize: number,
    private readonly ranOut: () => Error,
  ) {}

  get position(): number {
    return this.bufferStart + this.at;
  }

  get remaining(): number {
    return this.fileSize - this.position;
  }

  /** True when `size` bytes can be read without waiting. */
  private has(size: number): boolean {
    return this.buffer.length - this.at >= size;
  }

  /** Makes `size` bytes available; throws `ranOut()` where the file ends before them. */
  private async need(size: number): Promise<void> {
    if (size > this.remaining) throw this.ranOut();
    const start = this.position;
    const wanted = Math.min(Math.max(size, windowBytes), this.remaining);
    const { bytesRead, buffer } = await this.file.read(Buffer.allocUnsafe(wanted), 0, wanted, start);
    if (bytesRead < size) throw this.ranOut();
    this.buffer = buffer.subarray(0, bytesRead);
    this.bufferStart = start;
    this.at = 0;
  }

  /** The next `size` bytes; valid until the next call. The caller bounds `size`. */
  async bytes(size: number): Promise<Buffer> {
    if (!this.has(size)) await this.need(size);
    this.at += size;
    return this.buffer.subarray(this.at - size, this.at);
  }

  async uint32(): Promise<number> {
    return (await this.bytes(4)).readUInt32LE();
  }

  /** Values above 2^53 lose their last bits; they are out of range for every use here. */
  async uint64(): Promise<number> {
    return readUint64(await this.bytes(8), 0);
  }

  skip(size: number): void {
    if (size > this.remaining) throw this.ranOut();
    if (this.has(size)) {
      this.at += size;
      return;
    }
    this.bufferStart = this.position + size;
    this.buffer = Buffer.alloc(0);
    this.at = 0;
  }

  /** Walks over `count` length-prefixed strings. `check` sees each length and the position before it. */
  async skipStrings(count: number, check: (length: number) => void): Promise<void> {
    for (let i = 0; i < count; i++) {
      if (!this.has(8)) await this.need(8);
      const length = readUint64(this.buffer, this.at);
      check(length);
      this.at += 8;
      this.skip(length);
    }
  }
}

function readUint64(bytes: Buffer, at: number): number {
  return bytes.readUInt32LE(at) + bytes.readUInt32LE(at + 4) * 2 ** 32;
}
