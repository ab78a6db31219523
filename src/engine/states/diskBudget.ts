import { statfs } from "node:fs/promises";
import { describeError } from "../../common/errors";
import { isInWork } from "./leftovers";
import type { ScannedFile, StateFolder } from "./stateFolder";

/** Left free on the disk for everything else. */
const reserveBytes = 1e9;

export interface DiskBudgetOptions {
  readonly folder: StateFolder;
  /** Most bytes of all states together, those of other models too; asked for anew each time. */
  readonly budgetBytes: () => number;
  /** Bytes that are free on the folder's disk. */
  readonly freeBytes?: ((folder: string) => Promise<number>) | undefined;
}

/** What may be written, or why not. */
export type Room = { readonly kind: "given"; readonly giveBack: () => void } | { readonly kind: "refused"; readonly reason: string };

interface Pair {
  readonly id: string;
  readonly bytes: number;
  readonly usedAt: number;
}

/** Keeps the states of a folder within a number of bytes: the least recently used ones leave first. */
export class DiskBudget {
  readonly #folder: StateFolder;
  readonly #options: DiskBudgetOptions;
  /** Bytes that saves under way were promised; their files are not counted as well. */
  readonly #promised = new Set<{ readonly bytes: number }>();

  constructor(options: DiskBudgetOptions) {
    this.#folder = options.folder;
    this.#options = options;
  }

  /** Whether a state of so many bytes keeps within the budget, once others have left. */
  allows(bytes: number): boolean {
    return bytes <= this.#options.budgetBytes();
  }

  /**
   * Makes room for a state about to be written.
   * @param spare ids that the new state replaces: they leave before any other
   */
  async makeRoom(bytes: number, spare: ReadonlySet<string>): Promise<Room> {
    if (!this.allows(bytes)) {
      await this.trim();
      return { kind: "refused", reason: `it takes ${megabytes(bytes)}, the budget is ${megabytes(this.#options.budgetBytes())}` };
    }
    const free = await this.#freeBytes();
    if (free - bytes < reserveBytes) return { kind: "refused", reason: `the disk has ${megabytes(free)} left` };
    const promise = { bytes };
    this.#promised.add(promise);
    await this.trim(spare);
    return { kind: "given", giveBack: () => this.#promised.delete(promise) };
  }

  /** Removes states until they keep within the budget. */
  async trim(spare: ReadonlySet<string> = new Set()): Promise<void> {
    const files = await this.#folder.scan();
    const promised = [...this.#promised].reduce((sum, { bytes }) => sum + bytes, 0);
    let total = promised + files.filter(countsOnDisk).reduce((sum, { bytes }) => sum + bytes, 0);
    for (const { id, bytes } of inOrder(pairsOf(files), spare)) {
      if (total <= this.#options.budgetBytes()) return;
      if (!(await this.#folder.removePair(id))) continue;
      total -= bytes;
      this.#folder.log.write("debug", `Removed the KV state ${id}, ${megabytes(bytes)}, to keep within the budget.`);
    }
  }

  async #freeBytes(): Promise<number> {
    try {
      return await (this.#options.freeBytes ?? freeBytes)(this.#folder.path);
    } catch (error) {
      this.#folder.log.write("debug", `The free space of the disk is not known: ${describeError(error)}`);
      return Infinity;
    }
  }
}

async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

/** A link takes no space of its own, and what this process is writing was promised. */
function countsOnDisk({ id, kind }: ScannedFile): boolean {
  return kind !== "link.tmp" && !isInWork(id);
}

function pairsOf(files: readonly ScannedFile[]): readonly Pair[] {
  const pairs = new Map<string, Pair>();
  for (const { id, kind, bytes, modifiedAt } of files) {
    if ((kind !== "kv" && kind !== "json") || isInWork(id)) continue;
    const known = pairs.get(id);
    const usedAt = kind === "json" ? modifiedAt : (known?.usedAt ?? modifiedAt);
    pairs.set(id, { id, bytes: (known?.bytes ?? 0) + bytes, usedAt });
  }
  return [...pairs.values()];
}

function inOrder(pairs: readonly Pair[], spare: ReadonlySet<string>): readonly Pair[] {
  return pairs.toSorted((a, b) => Number(spare.has(b.id)) - Number(spare.has(a.id)) || a.usedAt - b.usedAt);
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;
}
