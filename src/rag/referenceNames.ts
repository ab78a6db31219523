import type { CodeCorpus } from "./codeCorpus";
import { fileKind } from "./fileKinds";
import type { Pause } from "./pageRank";
import { lookupNames } from "./symbolTable";
import { termsOf } from "./tokenize";

/** A name that files define, as the lexical index knows it. */
export interface DefinedName {
  readonly term: number;
  /** What one mention counts, shared among the files that define it. */
  readonly worth: number;
}

/** Names that more files define tell nothing about one of them. */
const mostDefiners = 5;
const leastLetters = 4;
/** Members are mostly called by names that others have too. */
const memberWorth = 0.3;
/** A name of one word is also a word of prose and a part of other names: most mentions are of something else. */
const singleWordWorth = 0.1;
/** A name of one word that more than this share of the chunks have is such a word; other names count no more in all than with this share. */
const usualShare = 0.01;
const leastUsualChunks = 25;
/** Languages whose names are not called by other files' code. */
const unreferenced: ReadonlySet<string> = new Set(["css", "html", "ini", "less", "properties", "sass", "scss"]);

/** A definition of a file by the identifier that it is called by. */
export interface NamedDefinition {
  readonly name: string;
  /** Of the lexical index. */
  readonly term: number;
  /** Whether it lies in another definition. */
  readonly isMember: boolean;
  /** 1-based; undefined when the index does not know. */
  readonly line: number | undefined;
}

/** By file of source code (its number in the lexical index): the names that it defines and that tell it from others. */
export async function definedNames(corpus: CodeCorpus, pause: Pause): Promise<ReadonlyMap<number, readonly DefinedName[]>> {
  const defined = new Map<number, readonly NamedDefinition[]>();
  const definers = new Map<number, number>();
  for (const [path, { language, indexed }] of [...corpus.files]) {
    if (!isReferable(language)) continue;
    const names = definitionsIn(corpus, path);
    if (names.length > 0) defined.set(indexed.file, names);
    for (const { term } of names) definers.set(term, (definers.get(term) ?? 0) + 1);
    await pause();
  }
  const result = new Map<number, readonly DefinedName[]>();
  for (const [file, names] of defined) {
    result.set(file, names.flatMap((definition) => {
      const worth = worthOf(corpus, definition, definers.get(definition.term) ?? 1);
      return worth === 0 ? [] : [{ term: definition.term, worth }];
    }));
    await pause();
  }
  return result;
}

/** Whether code of other files may call what a file of this language defines. */
export function isReferable(language = "plaintext"): boolean {
  return fileKind(language) === "source" && !unreferenced.has(language);
}

/** What a file defines that others may speak of, each name once, the outermost of a name. */
export function definitionsIn(corpus: CodeCorpus, path: string): readonly NamedDefinition[] {
  const found = new Map<number, NamedDefinition>();
  let lastLine = 0;
  for (const number of corpus.chunkNumbersOf(path)) {
    const { definitions = [], definitionLines = [] } = corpus.chunk(number) ?? {};
    for (const [i, definition] of definitions.entries()) {
      const line = definitionLines[i * 2];
      const isMember = line !== undefined && line <= lastLine;
      lastLine = Math.max(lastLine, definitionLines[i * 2 + 1] ?? 0);
      const name = lookupNames(definition).at(-1) ?? "";
      const term = isPrivate(definition) ? undefined : termOf(corpus, name);
      if (term !== undefined && found.get(term)?.isMember !== false) found.set(term, { name, term, isMember, line });
    }
  }
  return [...found.values()];
}

/** By the usual signs. */
function isPrivate(definition: string): boolean {
  return /^[#_]/.test(definition);
}

function termOf(corpus: CodeCorpus, name: string): number | undefined {
  const whole = /^[\p{L}\p{N}_$]+$/u.test(name) ? termsOf(name)[0] : undefined;
  return whole === undefined || whole.length < leastLetters ? undefined : corpus.lexical.dictionary.find(whole);
}

/** What a mention of a definition counts whose name so many files define: 0 when it tells nothing. */
export function worthOf({ lexical }: CodeCorpus, { term, name, isMember }: NamedDefinition, definers: number): number {
  if (definers > mostDefiners) return 0;
  const worth = (isMember ? memberWorth : 1) / definers;
  const mentions = lexical.eachMention(term, () => undefined);
  const usual = Math.max(leastUsualChunks, lexical.chunkCount * usualShare);
  if (termsOf(name).length > 1) return worth * Math.min(1, usual / mentions);
  return mentions > usual ? 0 : worth * singleWordWorth;
}
