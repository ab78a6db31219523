import { IntColumn } from "./columns";
import { maxCount, type TermCounts } from "./termDictionary";

/** Postings that were added since the lists were last packed; more of them are packed at once. */
const leastUnpacked = 400_000;
const countBits = 8;

/** The list of one term, packed: where each term's bytes begin, with one entry more than there are terms. */
export interface PackedPostings {
  readonly starts: Int32Array;
  readonly bytes: Uint8Array;
}

const asBefore: Renumber = (document) => document;

/** Where a document number goes; -1: it is left out. Must keep the order. */
export type Renumber = (document: number) => number;

/**
 * Which documents hold which terms, each list in the order of the documents. A posting is one number: document * 256 +
 * count of the term in it. Most lie packed, about 2 bytes each: the distance from the document before, times 2, plus 1
 * when a count follows. New ones wait in a chain for each term until they are many. What was taken out stays until the
 * index is built anew, and is passed over.
 */
export class Postings {
  #packed: PackedPostings;
  /** By term: the newest posting that waits, -1 for none. */
  #heads = new IntColumn();
  #waiting = new IntColumn();
  /** By waiting posting: the one before it of the same term, -1 for none. */
  #before = new IntColumn();
  #list = new Uint32Array(1024);

  constructor(packed: PackedPostings = { starts: new Int32Array(1), bytes: new Uint8Array(0) }) {
    this.#packed = packed;
  }

  /** Documents come in rising order. */
  add(document: number, { ids, counts }: TermCounts): void {
    for (let i = 0; i < ids.length; i++) {
      const id = ids[i] ?? 0;
      while (this.#heads.length <= id) this.#heads.push(-1);
      const place = this.#waiting.push((document << countBits) | Math.min(counts[i] ?? 1, maxCount));
      this.#before.push(this.#heads.at(id));
      this.#heads.set(id, place);
    }
    if (this.#waiting.length > Math.max(leastUnpacked, this.#packed.bytes.length / 4)) this.pack();
  }

  /** The list of a term. A view that holds until the next call. */
  of(term: number): Uint32Array {
    const length = this.#unpackWaiting(term, this.#unpack(term));
    return this.#list.subarray(0, length);
  }

  /** About how long the list of a term is, without a look at it. */
  bytesOf(term: number): number {
    const { starts } = this.#packed;
    return Math.max(0, (starts[term + 1] ?? 0) - (starts[term] ?? 0));
  }

  /** Moves all that waits into the packed lists, behind what they have; nothing when fewer than `least` wait. */
  pack(least = 1): void {
    if (this.#waiting.length < least) return;
    const { starts, bytes } = this.#packed;
    const terms = Math.max(starts.length - 1, this.#heads.length);
    const writer = new PackedWriter(bytes.length + this.#waiting.length * 3);
    const newStarts = new Int32Array(terms + 1);
    let copied = 0;
    for (let term = 0; term < terms; term++) {
      const end = starts[Math.min(term + 1, starts.length - 1)] ?? 0;
      if (this.#heads.at(term) >= 0) {
        writer.copy(bytes.subarray(copied, end));
        copied = end;
        writer.list(this.#waitingOf(term), asBefore, this.#lastPacked(term));
      }
      // Bytes that are not copied yet are those before this end.
      newStarts[term + 1] = writer.length + end - copied;
    }
    writer.copy(bytes.subarray(copied));
    this.#packed = { starts: newStarts, bytes: writer.finish() };
    this.#heads = new IntColumn();
    this.#waiting = new IntColumn();
    this.#before = new IntColumn();
  }

  /** All lists with other document numbers, and of the terms given, in their order; by default all. */
  packedAs(renumber: Renumber, terms?: readonly number[]): PackedPostings {
    const count = terms?.length ?? Math.max(this.#packed.starts.length - 1, this.#heads.length);
    const starts = new Int32Array(count + 1);
    const writer = new PackedWriter(this.#packed.bytes.length + this.#waiting.length * 3);
    for (let i = 0; i < count; i++) {
      writer.list(this.of(terms?.[i] ?? i), renumber);
      starts[i + 1] = writer.length;
    }
    return { starts, bytes: writer.finish() };
  }

  /** The last document of the packed list; -1 for none. */
  #lastPacked(term: number): number {
    const { starts, bytes } = this.#packed;
    const end = starts[term + 1] ?? 0;
    let document = -1;
    for (let at = end === 0 ? 0 : (starts[term] ?? 0); at < end; ) {
      let value = 0;
      let byte = 0x80;
      for (let shift = 0; byte >= 0x80; shift += 7) {
        byte = bytes[at++] ?? 0;
        value |= (byte & 0x7f) << shift;
      }
      document += (value >>> 1) + 1;
      at += value & 1;
    }
    return document;
  }

  /** The list of a term as far as it is not packed. A view that holds until the next call. */
  #waitingOf(term: number): Uint32Array {
    return this.#list.subarray(0, this.#unpackWaiting(term, 0));
  }

  #unpack(term: number): number {
    const { starts, bytes } = this.#packed;
    const end = starts[term + 1] ?? 0;
    let at = end === 0 ? 0 : (starts[term] ?? 0);
    this.#reserve(end - at);
    const list = this.#list;
    let length = 0;
    let document = -1;
    while (at < end) {
      // Most distances are short.
      let byte = bytes[at++] ?? 0;
      let value = byte & 0x7f;
      for (let shift = 7; byte >= 0x80; shift += 7) {
        byte = bytes[at++] ?? 0;
        value |= (byte & 0x7f) << shift;
      }
      document += (value >>> 1) + 1;
      list[length++] = (document << countBits) | (value & 1 ? (bytes[at++] ?? 1) : 1);
    }
    return length;
  }

  #unpackWaiting(term: number, packed: number): number {
    let length = packed;
    for (let at = this.#heads.at(term); at >= 0; at = this.#before.at(at)) {
      if (length === this.#list.length) this.#reserve(length * 2);
      this.#list[length++] = this.#waiting.at(at);
    }
    // The chain begins with the newest.
    if (length - packed > 1) this.#list.subarray(packed, length).reverse();
    return length;
  }

  #reserve(length: number): void {
    if (length <= this.#list.length) return;
    const longer = new Uint32Array(length * 2);
    longer.set(this.#list);
    this.#list = longer;
  }
}

class PackedWriter {
  #bytes: Uint8Array;
  length = 0;

  constructor(expected: number) {
    this.#bytes = new Uint8Array(expected + 64);
  }

  copy(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  /** `last`: the document that the list goes on behind. */
  list(postings: Uint32Array, renumber: Renumber, last = -1): void {
    let previous = last;
    for (const posting of postings) {
      const document = renumber(posting >>> countBits);
      if (document < 0) continue;
      this.#posting(document - previous - 1, posting & maxCount);
      previous = document;
    }
  }

  finish(): Uint8Array {
    return this.#bytes.slice(0, this.length);
  }

  #posting(distance: number, count: number): void {
    this.#reserve(8);
    const bytes = this.#bytes;
    let rest = distance * 2 + (count > 1 ? 1 : 0);
    for (; rest >= 0x80; rest >>>= 7) bytes[this.length++] = (rest & 0x7f) | 0x80;
    bytes[this.length++] = rest;
    if (count > 1) bytes[this.length++] = count;
  }

  #reserve(bytes: number): void {
    if (this.length + bytes <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.length + bytes));
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
}
