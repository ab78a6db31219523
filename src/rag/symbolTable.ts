/** The definitions of the workspace by name: which chunks they begin in. */
export class SymbolTable {
  /** By name in lower case, then by name as written. */
  readonly #names = new Map<string, Map<string, Set<number>>>();
  #sorted: readonly string[] | undefined;

  add(name: string, chunk: number): void {
    for (const key of lookupNames(name)) {
      const lower = key.toLowerCase();
      let spellings = this.#names.get(lower);
      if (!spellings) {
        this.#names.set(lower, (spellings = new Map<string, Set<number>>()));
        this.#sorted = undefined;
      }
      const chunks = spellings.get(key);
      if (chunks) chunks.add(chunk);
      else spellings.set(key, new Set([chunk]));
    }
  }

  remove(name: string, chunk: number): void {
    for (const key of lookupNames(name)) {
      const lower = key.toLowerCase();
      const spellings = this.#names.get(lower);
      const chunks = spellings?.get(key);
      if (!spellings || !chunks?.delete(chunk)) continue;
      if (chunks.size === 0) spellings.delete(key);
      if (spellings.size > 0) continue;
      this.#names.delete(lower);
      this.#sorted = undefined;
    }
  }

  /** Chunks that define the name as written; failing that, in any case. */
  exact(name: string): readonly number[] {
    const spellings = this.#names.get(name.toLowerCase());
    const asWritten = spellings?.get(name);
    return asWritten ? [...asWritten] : this.anyCase(name);
  }

  anyCase(name: string): readonly number[] {
    const spellings = this.#names.get(name.toLowerCase());
    return spellings ? [...new Set([...spellings.values()].flatMap((chunks) => [...chunks]))] : [];
  }

  /** Names that begin with these characters in any case, in alphabetical order, at most `limit`. */
  prefix(start: string, limit: number): readonly string[] {
    this.#sorted ??= [...this.#names.keys()].sort();
    const lower = start.toLowerCase();
    const found: string[] = [];
    for (let i = lowerBound(this.#sorted, lower); found.length < limit; i++) {
      const name = this.#sorted[i];
      if (!name?.startsWith(lower)) break;
      found.push(...(this.#names.get(name)?.keys() ?? []));
    }
    return found.slice(0, limit);
  }
}

/** `Parser::parse` and `exports.parse` are also found as `parse`. */
function lookupNames(name: string): readonly string[] {
  const plain = name.replace(/^#/, "");
  const last = /[\p{L}\p{N}_$-]+$/u.exec(plain)?.[0];
  return last === undefined || last === plain ? [plain] : [plain, last];
}

function lowerBound(sorted: readonly string[], value: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? "") < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
