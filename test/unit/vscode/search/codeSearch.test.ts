import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { HearthError } from "../../../../src/common/errors";
import type { RetrievedChunk, RetrieveQuery, SymbolHit } from "../../../../src/rag/ports";
import { CodeSearch, type SearchState } from "../../../../src/vscode/search/codeSearch";

const limits = { quietMs: 5, symbols: 3, passages: 4 };

function passage(text: string): RetrievedChunk {
  return { path: `${text}.ts`, startLine: 1, endLine: 2, text, score: 1, language: "typescript", hash: "00" };
}

/** An index that answers when the test says so. */
class SlowIndex {
  readonly asked: { readonly query: RetrieveQuery; readonly signal: AbortSignal | undefined; readonly answer: PromiseWithResolvers<readonly RetrievedChunk[]> }[] = [];
  readonly named: { text: string; limit: number }[] = [];

  retrieve(query: RetrieveQuery, signal?: AbortSignal): Promise<readonly RetrievedChunk[]> {
    const answer = Promise.withResolvers<readonly RetrievedChunk[]>();
    this.asked.push({ query, signal, answer });
    return answer.promise;
  }

  symbols(query: { text: string; limit: number }): Promise<readonly SymbolHit[]> {
    this.named.push(query);
    return Promise.resolve([]);
  }
}

function open() {
  const index = new SlowIndex();
  const search = new CodeSearch(index, limits);
  const states: SearchState[] = [];
  search.onDidChange((state) => states.push(state));
  return { index, search, states };
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await sleep(1);
}

const kinds = (states: readonly SearchState[]) => states.map(({ kind }) => kind);

describe("a search as one types", () => {
  it("asks once for what was typed quickly, with the limits of both kinds", async () => {
    const { index, search } = open();
    for (const text of ["c", "ch", "check "]) search.search(text);
    await until(() => index.asked.length > 0);
    assert.deepEqual(index.asked.map(({ query }) => query), [{ text: "check", limit: 4 }]);
    assert.deepEqual(index.named, [{ text: "check", limit: 3 }]);
  });

  it("stops what is asked for an earlier text and drops its answer", async () => {
    const { index, search } = open();
    search.search("old");
    await until(() => index.asked.length === 1);
    search.search("new");
    await until(() => index.asked.length === 2);
    assert.equal(index.asked[0]?.signal?.aborted, true);
    index.asked[1]?.answer.resolve([passage("new")]);
    await until(() => search.state.kind === "found");
    index.asked[0].answer.resolve([passage("old")]);
    await sleep(5);
    assert.ok(search.state.kind === "found");
    assert.equal(search.state.found.text, "new");
  });

  it("keeps what was found in sight until there is something else", async () => {
    const { index, search } = open();
    search.search("one");
    await until(() => index.asked.length === 1);
    index.asked[0]?.answer.resolve([passage("one")]);
    await until(() => search.state.kind === "found");
    search.search("one t");
    search.search("one two");
    assert.ok(search.state.kind === "searching");
    assert.equal(search.state.before?.text, "one");
  });

  it("is empty again when the text is, whatever comes late", async () => {
    const { index, search, states } = open();
    search.search("one");
    await until(() => index.asked.length === 1);
    search.search("  ");
    index.asked[0]?.answer.resolve([passage("one")]);
    await sleep(5);
    assert.deepEqual(kinds(states), ["searching", "empty"]);
  });

  it("tells a failure, but not that it was stopped", async () => {
    const { index, search, states } = open();
    search.search("one");
    await until(() => index.asked.length === 1);
    index.asked[0]?.answer.reject(new HearthError("index-failed", "No disk."));
    await until(() => search.state.kind === "failed");
    search.search("two");
    await until(() => index.asked.length === 2);
    search.dispose();
    index.asked[1]?.answer.reject(new DOMException("stopped", "AbortError"));
    await sleep(5);
    assert.deepEqual(kinds(states), ["searching", "failed", "searching"]);
    assert.equal(index.asked[1]?.signal?.aborted, true);
  });

  it("asks nothing once it is closed", async () => {
    const { index, search } = open();
    search.search("one");
    search.dispose();
    await sleep(15);
    assert.equal(index.asked.length, 0);
  });
});
