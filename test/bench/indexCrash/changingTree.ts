import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathHash } from "../../../src/rag/sourceText";
import { seeded } from "../../fixtures/seeded";

const fileCount = 12;
const functionCount = 9;

/** A folder whose files change in steps: what each file holds after each step is known from the seed alone. */
export class ChangingTree {
  readonly #root: string;
  readonly #folder: string;
  readonly #seed: number;

  /** Changes only files of `folder`. */
  constructor(root: string, folder: string, seed: number) {
    this.#root = root;
    this.#folder = folder;
    this.#seed = seed;
  }

  get files(): readonly string[] {
    return Array.from({ length: fileCount }, (_, i) => `${this.#folder}/part${i}.ts`);
  }

  /** The content after a step; undefined where the step leaves no such file. Step 0 is the beginning. */
  content(file: string, step: number): string | undefined {
    const last = this.#lastChange(file, step);
    if (last > 0 && this.#chance(file, last, "gone") < 0.12) return undefined;
    return Array.from({ length: functionCount }, (_, i) => functionText(file, i, i % 3 === 0 ? last : 0)).join("\n");
  }

  /** Writes what a step changes, each file whole or not at all. */
  write(step: number): void {
    for (const file of this.files) if (step === 0 || this.#lastChange(file, step) === step) this.#write(file, this.content(file, step));
  }

  #write(file: string, content: string | undefined): void {
    const target = path.join(this.#root, file);
    if (content === undefined) return rmSync(target, { force: true });
    mkdirSync(path.dirname(target), { recursive: true });
    const temporary = `${this.#root}-${this.#folder}.tmp`;
    writeFileSync(temporary, content);
    renameSync(temporary, target);
  }

  #lastChange(file: string, step: number): number {
    for (let at = step; at > 0; at--) if (this.#chance(file, at, "change") < 0.5) return at;
    return 0;
  }

  #chance(file: string, step: number, what: string): number {
    return seeded(pathHash(`${this.#seed} ${file} ${step} ${what}`))();
  }
}

function functionText(file: string, number: number, version: number): string {
  const mark = `mark${pathHash(file).toString(36)}x${number}x${version}`;
  const lines = Array.from({ length: 8 }, (_, i) => `  if (parcel.weight > ${i * 7 + number}) total += routeOf(parcel, ${version}).cost * ${i};`);
  return `/** Part ${number} of the fare. */\nexport function fare${number}(parcel: Parcel): number {\n  let total = 0; // ${mark}\n${lines.join("\n")}\n  return total;\n}\n`;
}
