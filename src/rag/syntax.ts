import type * as TreeSitter from "@vscode/tree-sitter-wasm";
import type { Language, Node, Parser, Query, QueryMatch } from "@vscode/tree-sitter-wasm";
import { createRequire } from "node:module";
import path from "node:path";
import { describeError } from "../common/errors";
import type { Log } from "../common/log";
import { grammarOf, type Grammar } from "./grammars";

/** A definition in a file. Lines are 1-based, both included. */
export interface Definition {
  readonly name: string;
  readonly startLine: number;
  readonly endLine: number;
}

type Runtime = typeof TreeSitter;

interface LoadedGrammar {
  readonly parser: Parser;
  readonly query: Query;
}

const maxNameLength = 120;
/** Larger texts take a parser too long between two turns of the event loop. Characters. */
const maxParsedLength = 512 * 1024;

/**
 * Finds definitions with tree-sitter. The runtime and each grammar load when first needed; one that fails is logged
 * once, and its language has no definitions from then on.
 */
export class Syntax {
  readonly #folder: string;
  readonly #log: Log;
  readonly #grammars = new Map<string, Promise<LoadedGrammar | undefined>>();
  #runtime: Promise<Runtime> | undefined;

  /** `folder` holds tree-sitter.js and the grammars. */
  constructor(folder: string, log: Log) {
    this.#folder = folder;
    this.#log = log;
  }

  /** Definitions in the order of the text, outer before inner; undefined where the language cannot be parsed. */
  async definitions(text: string, language: string): Promise<readonly Definition[] | undefined> {
    const grammar = grammarOf(language);
    if (!grammar || text.length > maxParsedLength) return undefined;
    const loaded = await this.#grammar(grammar);
    return loaded && this.#find(text, loaded, language);
  }

  #find(text: string, { parser, query }: LoadedGrammar, language: string): readonly Definition[] | undefined {
    try {
      const tree = parser.parse(text);
      if (!tree) return undefined;
      try {
        return toDefinitions(query.matches(tree.rootNode));
      } finally {
        tree.delete();
      }
    } catch (error) {
      parser.reset();
      this.#log.write("debug", `A ${language} file could not be parsed: ${describeError(error)}`);
      return undefined;
    }
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

/** Several names may share one definition (`const a = 1, b = 2`), and several patterns may find the same one. */
function toDefinitions(matches: readonly QueryMatch[]): readonly Definition[] {
  const found = new Map<string, Definition>();
  for (const { captures } of matches) {
    const node = captures.find((capture) => capture.name === "definition")?.node;
    if (!node) continue;
    const name = captures.find((capture) => capture.name === "name")?.node.text ?? "";
    const definition = { name: name.replace(/\s+/g, " ").slice(0, maxNameLength), ...linesOf(node) };
    found.set(`${definition.startLine}:${definition.endLine}:${definition.name}`, definition);
  }
  return [...found.values()].sort((a, b) => a.startLine - b.startLine || b.endLine - a.endLine);
}

/** A node that ends at the first column of a line (some grammars take in the line end) does not have that line. */
function linesOf({ startPosition, endPosition }: Node): { startLine: number; endLine: number } {
  const endsBefore = endPosition.column === 0 && endPosition.row > startPosition.row;
  return { startLine: startPosition.row + 1, endLine: endPosition.row + (endsBefore ? 0 : 1) };
}
