import type { Definition } from "./definitions";

export interface LineRange {
  readonly startLine: number;
  readonly endLine: number;
}

/** The definitions of a file as a tree: what lies in what. */
export class Outline {
  readonly #definitions: readonly Definition[];
  /** By definition: the number of the one around it, -1 at the top. */
  readonly #parents: Int32Array;

  /** `definitions` are in the order of the text, outer before inner. */
  constructor(definitions: readonly Definition[]) {
    this.#definitions = definitions;
    this.#parents = parentsOf(definitions);
  }

  /** The definition that tells where a range is: the innermost around all of it, or the one that begins in it and covers most of it. */
  mainOf(range: LineRange): Definition | undefined {
    const covers = (definition: Definition) =>
      Math.min(definition.endLine, range.endLine) - Math.max(definition.startLine, range.startLine) + 1;
    const whole = range.endLine - range.startLine + 1;
    const largest = this.beginningIn(range)
      .filter(isNamed)
      .reduce<Definition | undefined>((a, b) => (a && covers(a) >= covers(b) ? a : b), undefined);
    const around = this.#around(range);
    if (!around || !largest) return around ?? largest;
    return covers(largest) * 2 > whole ? largest : around;
  }

  beginningIn({ startLine, endLine }: LineRange): readonly Definition[] {
    return this.#definitions.slice(this.#firstFrom(startLine), this.#firstFrom(endLine + 1));
  }

  /** Such as "Parser > parseLine". */
  pathOf(definition: Definition): string {
    const names: string[] = [];
    for (let at = this.#definitions.indexOf(definition); at >= 0; at = this.#parents[at] ?? -1) {
      const { name = "", container = "" } = this.#definitions[at] ?? {};
      for (const part of [name, container]) if (part !== "" && part !== names.at(-1)) names.push(part);
    }
    return names.reverse().join(" > ");
  }

  #around({ startLine, endLine }: LineRange): Definition | undefined {
    for (let at = this.#firstFrom(startLine + 1) - 1; at >= 0; at = this.#parents[at] ?? -1) {
      const definition = this.#definitions[at];
      if (definition && isNamed(definition) && definition.endLine >= endLine) return definition;
    }
    return undefined;
  }

  /** The number of the first definition that begins on this line or later. */
  #firstFrom(line: number): number {
    let low = 0;
    let high = this.#definitions.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#definitions[middle]?.startLine ?? Infinity) < line) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function isNamed({ name }: Definition): boolean {
  return name !== "";
}

function parentsOf(definitions: readonly Definition[]): Int32Array {
  const parents = new Int32Array(definitions.length);
  const open: number[] = [];
  for (const [i, { endLine }] of definitions.entries()) {
    while (open.length > 0 && (definitions[open.at(-1) ?? 0]?.endLine ?? 0) < endLine) open.pop();
    parents[i] = open.at(-1) ?? -1;
    open.push(i);
  }
  return parents;
}
