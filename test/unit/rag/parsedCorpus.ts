import { throwingLog } from "../../../src/common/log";
import { Chunker } from "../../../src/rag/chunker";
import { CodeCorpus } from "../../../src/rag/codeCorpus";
import { FileIndexer } from "../../../src/rag/fileIndexer";
import { sourceLines } from "../../../src/rag/sourceFile";
import { decodeSource } from "../../../src/rag/sourceText";
import { Syntax } from "../../../src/rag/syntax";
import { WorkspaceFolders } from "../../../src/rag/workspaceFolders";
import { grammars, type Tree, workspace, write } from "./workspace";

const syntax = new Syntax(grammars, throwingLog);

/** A corpus of files that were read and cut as the product does it. */
export class ParsedCorpus {
  readonly corpus = new CodeCorpus();
  readonly root: string;
  readonly #folders: WorkspaceFolders;
  readonly #indexer: FileIndexer;

  private constructor(root: string) {
    this.root = root;
    this.#folders = new WorkspaceFolders([{ path: root, name: "root" }]);
    this.#indexer = new FileIndexer(this.#folders, new Chunker(syntax));
  }

  static async of(tree: Tree): Promise<ParsedCorpus> {
    const parsed = new ParsedCorpus(workspace({}));
    await parsed.put(tree);
    return parsed;
  }

  async put(tree: Tree): Promise<void> {
    write(this.root, tree);
    for (const path of Object.keys(tree)) {
      const result = await this.#indexer.read({ path, bytes: 1, mtimeMs: 1 }, undefined, () => this.corpus.lexical.dictionary);
      if (result.kind === "read") this.corpus.put(result.record);
    }
  }

  readonly readLines = async (path: string): Promise<readonly string[]> => {
    const bytes = await this.#folders.read(path);
    return bytes ? sourceLines(path, decodeSource(bytes)) : [];
  };
}
