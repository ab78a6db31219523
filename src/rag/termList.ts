import type { Postings } from "./postings";
import { maxCount } from "./termDictionary";

/** What stands in a list: documents in rising order, and how often each has one of the terms. */
interface Rows {
  documents: Int32Array;
  counts: Int32Array;
}

/** The documents of a group of terms, with the counts of its terms added up. To be filled again and again: it keeps its room. */
export class TermList {
  #rows = rowsFor(1024);
  /** For merging. */
  #spare = rowsFor(1024);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Valid up to `length`, until the list changes. */
  get documents(): Int32Array {
    return this.#rows.documents;
  }

  /** As `documents`. */
  get counts(): Int32Array {
    return this.#rows.counts;
  }

  /** Takes the lists of some terms; long ones come last, so that they are copied once. */
  fill(postings: Postings, terms: readonly number[]): void {
    this.#length = 0;
    const inOrder = terms.length > 1 ? [...terms].sort((a, b) => postings.bytesOf(a) - postings.bytesOf(b)) : terms;
    for (const term of inOrder) {
      const list = postings.of(term);
      if (this.#length === 0) this.#take(list);
      else this.#merge(list);
    }
  }

  /** Leaves out documents without a length, which are those taken out. */
  keepPresent(lengths: Int32Array): void {
    const { documents, counts } = this.#rows;
    let kept = 0;
    for (let i = 0; i < this.#length; i++) {
      const document = documents[i] ?? 0;
      if ((lengths[document] ?? -1) < 0) continue;
      documents[kept] = document;
      counts[kept++] = counts[i] ?? 0;
    }
    this.#length = kept;
  }

  /** Puts owners in the place of documents. Those of one owner follow each other; documents without one (-1) are left out. */
  sumByOwner(owners: Int32Array): void {
    const { documents, counts } = this.#rows;
    let last = -1;
    let kept = -1;
    for (let i = 0; i < this.#length; i++) {
      const owner = owners[documents[i] ?? 0] ?? -1;
      if (owner < 0) continue;
      const count = counts[i] ?? 0;
      if (owner === last) counts[kept] = (counts[kept] ?? 0) + count;
      else {
        documents[++kept] = last = owner;
        counts[kept] = count;
      }
    }
    this.#length = kept + 1;
  }

  #take(list: Uint32Array): void {
    if (list.length > this.#rows.documents.length) this.#rows = rowsFor(Math.ceil(list.length * 1.5));
    const { documents, counts } = this.#rows;
    for (let i = 0; i < list.length; i++) {
      const posting = list[i] ?? 0;
      documents[i] = posting >>> 8;
      counts[i] = posting & maxCount;
    }
    this.#length = list.length;
  }

  #merge(list: Uint32Array): void {
    this.#reserve(this.#length + list.length);
    const { documents, counts } = this.#rows;
    const { documents: outDocuments, counts: outCounts } = this.#spare;
    const end = this.#length;
    let at = 0;
    let out = 0;
    for (let i = 0; i < list.length; i++, out++) {
      const posting = list[i] ?? 0;
      const document = posting >>> 8;
      for (; at < end && (documents[at] ?? 0) < document; at++, out++) {
        outDocuments[out] = documents[at] ?? 0;
        outCounts[out] = counts[at] ?? 0;
      }
      outDocuments[out] = document;
      outCounts[out] = (posting & maxCount) + (at < end && documents[at] === document ? (counts[at++] ?? 0) : 0);
    }
    for (; at < end; at++, out++) {
      outDocuments[out] = documents[at] ?? 0;
      outCounts[out] = counts[at] ?? 0;
    }
    this.#length = out;
    [this.#rows, this.#spare] = [this.#spare, this.#rows];
  }

  #reserve(length: number): void {
    if (length > this.#spare.documents.length) this.#spare = rowsFor(Math.ceil(length * 1.5));
  }
}

function rowsFor(length: number): Rows {
  return { documents: new Int32Array(length), counts: new Int32Array(length) };
}
