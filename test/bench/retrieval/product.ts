import { rankChunks } from "../../../src/rag/chunkRanker";
import { gitHistory } from "../../../src/rag/gitHistory";
import { readQuestion } from "../../../src/rag/question";
import { WorkHistory } from "../../../src/rag/workHistory";
import type { IndexedTree } from "./indexedTree";
import { filesOf, type Found, rangesWanted, type Searcher } from "./searcher";

const noHistory = { recency: new Map<string, number>(), scoreFiles: () => new Map<string, number>() };

/** The product's own ranking on the product's own index of a tree. */
export class ProductSearch implements Searcher {
  readonly name: string;
  readonly #tree: IndexedTree;
  readonly #history: Past;
  readonly #uses: "all" | "recency" | "text";

  constructor(tree: IndexedTree, history: Past, uses: "all" | "recency" | "text") {
    this.#tree = tree;
    this.#history = history;
    this.#uses = uses;
    this.name = { all: "Hearth", recency: "Hearth, of git recency only", text: "Hearth, without git" }[uses];
  }

  search(question: string): Found {
    const { corpus } = this.#tree;
    const { recency } = this.#history.work;
    const history = { all: this.#history.work, recency: { ...noHistory, recency }, text: noHistory }[this.#uses];
    const ranges = rankChunks(corpus, readQuestion(question), { limit: rangesWanted, history, nearest: [] }).flatMap(({ chunk: number }) => {
      const chunk = corpus.chunk(number);
      return chunk ? [{ path: chunk.path, startLine: chunk.startLine, endLine: chunk.endLine }] : [];
    });
    return { files: filesOf(ranges), ranges };
  }
}

/** What git tells of the past of what is checked out; nothing of its future. */
export class Past {
  readonly work = new WorkHistory();

  async read(root: string): Promise<void> {
    this.work.setCommits(await gitHistory(root));
  }
}
