import { BestEntries, lowerBound } from "./bestEntries";
import { IntColumn } from "./columns";
import { countBits, initialsMask, isSubsequence, letterMask, mostTypos, type NameScore, scoreSubsequence, scoreTypos, wordStarts } from "./nameMatch";

/** A name that was found, best first by kind, then by score. */
export interface NameMatch {
  readonly name: string;
  readonly match: "exact" | "prefix" | "fuzzy";
  /** From 0 to 1, comparable within one kind. */
  readonly score: NameScore;
}

/** Names that have all letters looked for and are looked at more closely; in larger workspaces the rest is passed over. */
const mostLookedAt = 25_000;
const leastRemovedToRepack = 1000;
const mostInserted = 200;
/** Shorter texts are looked for from the beginning of a word on. */
const leastFromAnywhere = 4;
const otherCase = 0.01;

/** The definitions of the workspace by name: which chunks they begin in. Each spelling is an entry with a number. */
export class SymbolTable {
  /** Numbers by name in lower case. */
  #byLower = new Map<string, Numbers>();
  #names: string[] = [];
  #lower: string[] = [];
  /** -1 for an entry that is gone. */
  #lengths = new IntColumn();
  #masks = new IntColumn();
  #starts = new IntColumn();
  #initials = new IntColumn();
  #chunks: Numbers[] = [];
  #removed = 0;
  /** In alphabetical order, but for those that came or went since. */
  #order: number[] = [];
  #unordered: number[] = [];
  #removedInOrder = 0;

  /** Names in the table, spellings of one name apart. */
  get size(): number {
    return this.#names.length - this.#removed;
  }

  /** Puts in order what `search` and `prefix` would have to. */
  warm(): void {
    this.#ordered();
  }

  add(name: string, chunk: number): void {
    for (const key of lookupNames(name)) this.#add(key, chunk);
  }

  remove(name: string, chunk: number): void {
    for (const key of lookupNames(name)) this.#remove(key, chunk);
  }

  /** Chunks that define the name as written; failing that, in any case. */
  exact(name: string): readonly number[] {
    const entry = this.#entryOf(name);
    return entry === undefined ? this.anyCase(name) : listOf(this.#chunks[entry]);
  }

  anyCase(name: string): readonly number[] {
    const entries = listOf(this.#byLower.get(name.toLowerCase()));
    return [...new Set(entries.flatMap((entry) => listOf(this.#chunks[entry])))];
  }

  /** Names that begin with these characters in any case, in alphabetical order, at most `limit`. */
  prefix(start: string, limit: number): readonly string[] {
    return this.#beginningWith(start.toLowerCase(), limit).map((entry) => this.#names[entry] ?? "");
  }

  /**
   * Names like this one, at most `limit`: equal ones, then those that begin so, the shortest first, then those that have
   * its letters at the beginnings of their words (`pl`, `parLi` for `parseLine`), as a part, with a typo or two, or in
   * order near each other. Takes a few milliseconds with 200,000 names.
   */
  search(text: string, limit: number): readonly NameMatch[] {
    const lower = text.toLowerCase();
    if (lower === "" || limit <= 0) return [];
    const best = new BestEntries(limit);
    for (const entry of this.#beginningWith(lower, Infinity)) this.#offerPrefix(text, entry, best);
    const found = best.inOrder().map(({ entry, score }): NameMatch => {
      const isSame = this.#lengths.at(entry) === lower.length;
      return { name: this.#names[entry] ?? "", match: isSame ? "exact" : "prefix", score: isSame ? score - 1 : score };
    });
    return found.length >= limit || lower.length < 2 ? found : [...found, ...this.#fuzzy(lower, limit - found.length)];
  }

  /** Names with a typo or two in them, the nearest first, at most `limit`. */
  near(text: string, limit: number): readonly string[] {
    const lower = text.toLowerCase();
    const best = new BestEntries(limit);
    this.#offerNear(lower, best);
    return best.inOrder().map(({ entry }) => this.#names[entry] ?? "");
  }

  /** Equal names score above 1, the spelling asked for above all. */
  #offerPrefix(text: string, entry: number, best: BestEntries): void {
    const length = this.#lengths.at(entry);
    const score = length > text.length ? text.length / length : 2;
    if (score > best.worst) best.offer(entry, score - (this.#names[entry]?.startsWith(text) ? 0 : otherCase));
  }

  #fuzzy(lower: string, limit: number): readonly NameMatch[] {
    const best = new BestEntries(limit);
    this.#offerSubsequences(lower, best);
    this.#offerNear(lower, best);
    return best.inOrder().map(({ entry, score }) => ({ name: this.#names[entry] ?? "", match: "fuzzy", score }));
  }

  /** The masks tell without a look at the names, which lie all over the memory. */
  #offerSubsequences(lower: string, best: BestEntries): void {
    const mask = letterMask(lower);
    const first = lower.length < leastFromAnywhere ? letterMask(lower.slice(0, 1)) : 0;
    const [masks, initials] = [this.#masks.values(), this.#initials.values()];
    for (let entry = 0, lookedAt = 0; entry < masks.length && lookedAt < mostLookedAt; entry++) {
      if (((masks[entry] ?? 0) & mask) !== mask || ((initials[entry] ?? 0) & first) !== first) continue;
      const name = this.#lower[entry] ?? "";
      lookedAt++;
      if (isSubsequence(lower, name) && !name.startsWith(lower)) best.offer(entry, scoreSubsequence(lower, name, this.#starts.at(entry)));
    }
  }

  /** Names that may be a few typos away have about that length and about those letters. */
  #offerNear(lower: string, best: BestEntries): void {
    const most = mostTypos(lower.length);
    if (most === 0) return;
    const mask = letterMask(lower);
    const [masks, lengths] = [this.#masks.values(), this.#lengths.values()];
    for (let entry = 0; entry < masks.length; entry++) {
      if (Math.abs((lengths[entry] ?? -1) - lower.length) > most) continue;
      const other = masks[entry] ?? 0;
      if (countBits(mask & ~other) > most || countBits(other & ~mask) > most) continue;
      const name = this.#lower[entry] ?? "";
      if (!name.startsWith(lower)) best.offer(entry, scoreTypos(lower, name));
    }
  }

  #entryOf(name: string): number | undefined {
    return listOf(this.#byLower.get(name.toLowerCase())).find((entry) => this.#names[entry] === name);
  }

  #add(name: string, chunk: number): void {
    const known = this.#entryOf(name);
    if (known !== undefined) {
      const chunks = this.#chunks[known];
      this.#chunks[known] = chunks === undefined ? chunk : withNumber(chunks, chunk);
      return;
    }
    const lower = name.toLowerCase();
    const entry = this.#names.push(name) - 1;
    this.#lower.push(lower);
    this.#lengths.push(lower.length);
    this.#masks.push(letterMask(lower));
    const starts = wordStarts(name);
    this.#starts.push(starts);
    this.#initials.push(initialsMask(lower, starts));
    this.#chunks.push(chunk);
    this.#unordered.push(entry);
    const others = this.#byLower.get(lower);
    this.#byLower.set(lower, others === undefined ? entry : withNumber(others, entry));
  }

  #remove(name: string, chunk: number): void {
    const entry = this.#entryOf(name);
    if (entry === undefined) return;
    const left = listOf(this.#chunks[entry]).filter((other) => other !== chunk);
    if (left.length > 0) this.#chunks[entry] = packed(left);
    else this.#removeEntry(entry);
  }

  #removeEntry(entry: number): void {
    const lower = this.#lower[entry] ?? "";
    const others = listOf(this.#byLower.get(lower)).filter((other) => other !== entry);
    if (others.length > 0) this.#byLower.set(lower, packed(others));
    else this.#byLower.delete(lower);
    this.#chunks[entry] = [];
    this.#lengths.set(entry, -1);
    this.#masks.set(entry, 0);
    this.#removed++;
    this.#removedInOrder++;
    if (this.#removed > leastRemovedToRepack && this.#removed > this.#names.length / 2) this.#repack();
  }

  /** Gives back the room of what was removed. */
  #repack(): void {
    const fresh = new SymbolTable();
    for (const [entry, name] of this.#names.entries()) {
      if (this.#lengths.at(entry) >= 0) for (const chunk of listOf(this.#chunks[entry])) fresh.#add(name, chunk);
    }
    this.#byLower = fresh.#byLower;
    this.#names = fresh.#names;
    this.#lower = fresh.#lower;
    this.#lengths = fresh.#lengths;
    this.#masks = fresh.#masks;
    this.#starts = fresh.#starts;
    this.#initials = fresh.#initials;
    this.#chunks = fresh.#chunks;
    this.#order = [];
    this.#unordered = fresh.#unordered;
    this.#removed = 0;
    this.#removedInOrder = 0;
  }

  #beginningWith(lower: string, limit: number): readonly number[] {
    const order = this.#ordered();
    const isBefore = (text: string) => (entry: number) => (this.#lower[entry] ?? "") < text;
    const from = lowerBound(order, isBefore(lower));
    return order.slice(from, Math.min(lowerBound(order, isBefore(`${lower}\uffff`)), from + limit));
  }

  /** What came since is sorted and merged in: a change costs no sort of all names. */
  #ordered(): readonly number[] {
    if (this.#unordered.length === 0 && this.#removedInOrder === 0) return this.#order;
    const isIn = (entry: number) => this.#lengths.at(entry) >= 0;
    const compare = (a: number, b: number) => compareText(this.#lower[a] ?? "", this.#lower[b] ?? "") || a - b;
    const order = this.#removedInOrder === 0 ? this.#order : this.#order.filter(isIn);
    const added = this.#unordered.filter(isIn).sort(compare);
    this.#order = added.length > mostInserted ? merged(order, added, compare) : withInserted(order, added, compare);
    this.#unordered = [];
    this.#removedInOrder = 0;
    return this.#order;
  }
}

/** `Parser::parse` and `exports.parse` are also found as `parse`. */
export function lookupNames(name: string): readonly string[] {
  if (/^[\w$]+$/.test(name)) return [name];
  const plain = name.replace(/^#/, "");
  const last = /[\p{L}\p{N}_$-]+$/u.exec(plain)?.[0];
  return last === undefined || last === plain ? [plain] : [plain, last];
}

/** Most names have one chunk and one spelling: a list would take more room than the number. */
type Numbers = number | number[];

function listOf(numbers: Numbers | undefined): readonly number[] {
  return typeof numbers === "number" ? [numbers] : (numbers ?? []);
}

/** Keeps them in rising order, which is how they mostly come; some names have tens of thousands. */
function withNumber(numbers: Numbers, added: number): Numbers {
  if (typeof numbers === "number") return numbers === added ? numbers : [Math.min(numbers, added), Math.max(numbers, added)];
  const at = (numbers.at(-1) ?? -1) < added ? numbers.length : lowerBound(numbers, (number) => number < added);
  if (numbers[at] !== added) numbers.splice(at, 0, added);
  return numbers;
}

function packed(numbers: number[]): Numbers {
  return numbers.length === 1 ? (numbers[0] ?? 0) : numbers;
}

/** A few: each is put in its place. */
function withInserted(order: number[], added: readonly number[], compare: (a: number, b: number) => number): number[] {
  for (const entry of added) order.splice(lowerBound(order, (other) => compare(other, entry) < 0), 0, entry);
  return order;
}

function merged(a: readonly number[], b: readonly number[], compare: (a: number, b: number) => number): number[] {
  const all: number[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const [x, y] = [a[i], b[j]];
    if (y === undefined || (x !== undefined && compare(x, y) <= 0)) all.push(a[i++] ?? 0);
    else all.push(b[j++] ?? 0);
  }
  return all;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
