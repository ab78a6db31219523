import type * as TreeSitter from "@vscode/tree-sitter-wasm";
import type { Language, Parser, Query, QueryMatch, Tree } from "@vscode/tree-sitter-wasm";
import { createRequire } from "node:module";
import path from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { describeError } from "../common/errors";
import type { Log } from "../common/log";
import { type Definition, definitionsOf } from "./definitions";
import { grammarOf, type Grammar } from "./grammars";

export type { Definition } from "./definitions";

type Runtime = typeof TreeSitter;

interface LoadedGrammar {
  readonly parser: Parser;
  readonly query: Query;
}

/** How long one text may take to parse, and as long again to search for definitions. */
export interface SyntaxLimits {
  /** Milliseconds of processor time of this process. Default: 2,000, several times what the largest file that is indexed takes. */
  readonly parseMs: number;
}

/** Larger texts are not parsed. Characters: more than any file that is indexed has. */
const maxParsedLength = 1024 * 1024;
/** The event loop is left alone no longer than this by a parse. Milliseconds. */
const turnMs = 10;

/**
 * Finds definitions with tree-sitter, one text at a time. The runtime and each grammar load when first needed; one that
 * fails is logged once, and its language has no definitions from then on.
 */
export class Syntax {
  readonly #folder: string;
  readonly #log: Log;
  readonly #limits: SyntaxLimits;
  readonly #grammars = new Map<string, Promise<LoadedGrammar | undefined>>();
  #runtime: Promise<Runtime> | undefined;
  /** A parser that rests between two turns must not be given another text. */
  #queue: Promise<unknown> = Promise.resolve();

  /** `folder` holds tree-sitter.js and the grammars. */
  constructor(folder: string, log: Log, limits: SyntaxLimits = { parseMs: 2000 }) {
    this.#folder = folder;
    this.#log = log;
    this.#limits = limits;
  }

  /** Definitions in the order of the text, outer before inner; undefined where the text cannot be parsed, or not in time. */
  async definitions(text: string, language: string): Promise<readonly Definition[] | undefined> {
    const grammar = grammarOf(language);
    if (!grammar || text.length > maxParsedLength) return undefined;
    const loaded = await this.#grammar(grammar);
    if (!loaded) return undefined;
    const found = this.#queue.then(() => this.#find(text, loaded, language));
    this.#queue = found;
    return found;
  }

  async #find(text: string, { parser, query }: LoadedGrammar, language: string): Promise<readonly Definition[] | undefined> {
    try {
      const tree = await this.#parse(text, parser);
      try {
        return definitionsOf(this.#matches(tree, query), tree.rootNode, text);
      } finally {
        tree.delete();
      }
    } catch (error) {
      parser.reset();
      this.#log.write("debug", `A ${language} file could not be parsed and is cut by lines: ${describeError(error)}`);
      return undefined;
    }
  }

  /** A parse that is broken off goes on where it was when it is called again. */
  async #parse(text: string, parser: Parser): Promise<Tree> {
    const start = process.cpuUsage();
    while (workedSince(start) < this.#limits.parseMs) {
      const began = performance.now();
      const tree = parser.parse(text, null, { progressCallback: () => performance.now() - began > turnMs });
      if (tree) return tree;
      await nextTurn();
    }
    throw new Error(`parsing took longer than ${this.#limits.parseMs} ms`);
  }

  #matches(tree: Tree, query: Query): readonly QueryMatch[] {
    const start = process.cpuUsage();
    const state = { isLate: false };
    const matches = query.matches(tree.rootNode, { progressCallback: () => (state.isLate ||= workedSince(start) > this.#limits.parseMs) });
    if (state.isLate) throw new Error(`looking for definitions took longer than ${this.#limits.parseMs} ms`);
    return matches;
  }

  #grammar(grammar: Grammar): Promise<LoadedGrammar | undefined> {
    let loading = this.#grammars.get(grammar.file);
    if (!loading) this.#grammars.set(grammar.file, (loading = this.#load(grammar)));
    return loading;
  }

  async #load({ file, query }: Grammar): Promise<LoadedGrammar | undefined> {
    try {
      const runtime = await (this.#runtime ??= this.#start());
      const language: Language = await runtime.Language.load(path.join(this.#folder, `tree-sitter-${file}.wasm`));
      const parser = new runtime.Parser();
      parser.setLanguage(language);
      return { parser, query: new runtime.Query(language, query) };
    } catch (error) {
      this.#log.write("warn", `The ${file} grammar did not load, so its files are cut by lines: ${describeError(error)}`);
      return undefined;
    }
  }

  /** The runtime is a CommonJS file beside the grammars: bundled, it could not tell where it is. */
  async #start(): Promise<Runtime> {
    const load = createRequire(path.join(this.#folder, "tree-sitter.js"));
    const runtime = load("./tree-sitter.js") as Runtime;
    await runtime.Parser.init({ locateFile: (file) => path.join(this.#folder, file) });
    return runtime;
  }
}

/** Milliseconds: on a busy machine the clock would give files up that are parsed soon enough. */
function workedSince(start: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}
