import { languageOf } from "../../../src/rag/languages";
import type { Syntax } from "../../../src/rag/syntax";
import { isTestFile } from "../../../src/rag/testFiles";
import { seeded } from "../../fixtures/seeded";
import { isSource } from "./commits";
import { draw } from "./draw";
import type { IndexedTree } from "./indexedTree";

/** A definition that a question asks for by its name. */
export interface NameTask {
  readonly path: string;
  /** Where its name stands. 1-based. */
  readonly line: number;
  readonly question: string;
}

/** `N` stands for the name. */
const wordings = ["Where is N defined?", "Where is N?", "What does N do?", "Explain N.", "What parameters does N take?", "How does N work?"] as const;
const mentions: readonly ((name: string) => string)[] = [(name) => name, (name) => name, (name) => `\`${name}\``, (name) => `${name}()`];
/** As people write them; a selector, a heading or an operator is no such name. */
const plainName = /^[A-Za-z_]\w+$/;

/** Names that the tree defines once, outside of tests, each asked for in one of several ways. Seeded; at most `count`. */
export async function namedDefinitions(tree: IndexedTree, syntax: Syntax, count: number, seed: number): Promise<readonly NameTask[]> {
  const found: { readonly name: string; readonly path: string; readonly line: number }[] = [];
  for (const path of [...tree.files].sort()) {
    if (!isSource(path) || isTestFile(path)) continue;
    for (const { name, startLine, nameLine = startLine } of (await syntax.definitions(tree.lines(path).join("\n"), languageOf(path))) ?? []) {
      if (plainName.test(name) && tree.corpus.symbols.anyCase(name).length === 1) found.push({ name, path, line: nameLine });
    }
  }
  const random = seeded(seed);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)]!;
  return draw(found, count, random).map(({ name, path, line }) => ({ path, line, question: pick(wordings).replace("N", () => pick(mentions)(name)) }));
}
