import { type Uri, workspace } from "vscode";
import { isClearlyPath, parsePathText, type PathText, symbolText } from "../../chat/edits/pathText";
import type { CodeIndex } from "../../rag/ports";
import type { ViewLink } from "../../webview/protocol";
import { pathLabel } from "../workspacePaths";
import { fileNamed, uninteresting } from "./fileNamed";

/** The same texts come again with each part of an answer. Milliseconds. */
const keptMs = 10_000;
const mostKept = 1000;
/** Which endings the workspace has changes seldom. Milliseconds. */
const endingKeptMs = 60_000;

interface Kept<T> {
  readonly value: Promise<T>;
  readonly at: number;
}

/** What texts in answers stand for: files that exist, names that one definition has, or files that do not exist. */
export class TextLinks {
  readonly #index: Pick<CodeIndex, "symbols">;
  readonly #links = new Map<string, Kept<ViewLink | null>>();
  readonly #endings = new Map<string, Kept<boolean>>();

  constructor(index: Pick<CodeIndex, "symbols">) {
    this.#index = index;
  }

  /** In the order of `texts`; null: nothing that is known. */
  resolve(texts: readonly string[]): Promise<readonly (ViewLink | null)[]> {
    if (this.#links.size > mostKept) this.#links.clear();
    return Promise.all(texts.map((text) => keep(this.#links, text, keptMs, () => this.#link(text))));
  }

  async #link(text: string): Promise<ViewLink | null> {
    const named = parsePathText(text);
    const file = named && (named.extension !== "" || named.path.includes("/")) ? await fileNamed(named.path) : undefined;
    if (named && file) return fileLink(named, file);
    const symbol = await this.#symbol(text);
    if (symbol) return symbol;
    return named && isClearlyPath(named) && (await this.#isKnownEnding(named.extension)) ? { kind: "missing" } : null;
  }

  async #symbol(text: string): Promise<ViewLink | undefined> {
    const name = symbolText(text);
    if (name === undefined) return undefined;
    const exact = (await this.#index.symbols({ text: name, limit: 3 })).filter((hit) => hit.match === "exact" && hit.name === name.split(/\.|::|#|->/).at(-1));
    const [hit, ...more] = exact;
    return hit && more.length === 0 ? { kind: "symbol", path: hit.path, startLine: hit.startLine, endLine: hit.endLine } : undefined;
  }

  #isKnownEnding(ending: string): Promise<boolean> {
    return keep(this.#endings, ending, endingKeptMs, async () => (await workspace.findFiles(`**/*.${ending}`, uninteresting, 1)).length > 0);
  }
}

function fileLink({ startLine = 1, endLine = startLine }: PathText, uri: Uri): ViewLink {
  return { kind: "file", path: pathLabel(uri), startLine, endLine };
}

function keep<T>(kept: Map<string, Kept<T>>, key: string, forMs: number, find: () => Promise<T>): Promise<T> {
  const known = kept.get(key);
  if (known && performance.now() - known.at < forMs) return known.value;
  const value = find();
  kept.set(key, { value, at: performance.now() });
  // What could not be found out is asked again.
  value.catch(() => kept.delete(key));
  return value;
}
