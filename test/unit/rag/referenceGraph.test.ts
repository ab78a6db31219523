import assert from "node:assert/strict";
import { setImmediate as nextTurn } from "node:timers/promises";
import { pageRank, type Pause } from "../../../src/rag/pageRank";
import { ReferenceGraph } from "../../../src/rag/referenceGraph";
import { isTestFile } from "../../../src/rag/testFiles";
import { WorkspaceMap } from "../../../src/rag/workspaceMap";
import { OtherWork } from "./otherWork";
import { ParsedCorpus } from "./parsedCorpus";
import type { Tree } from "./workspace";

const noPause: Pause = () => Promise.resolve();

function edgesOf(count: number, edges: readonly (readonly [from: number, to: number, weight: number])[]): Parameters<typeof pageRank>[0] {
  const sorted = [...edges].sort((a, b) => a[1] - b[1]);
  const starts = Int32Array.from({ length: count + 1 }, (_, node) => sorted.filter(([, to]) => to < node).length);
  return { starts, from: Int32Array.from(sorted, ([from]) => from), weights: Float32Array.from(sorted, ([, , weight]) => weight) };
}

describe("page rank", () => {
  it("adds up to 1 and is equal where nothing refers to anything", async () => {
    assert.deepEqual([...(await pageRank(edgesOf(4, []), noPause))], [0.25, 0.25, 0.25, 0.25]);
    const ranks = await pageRank(edgesOf(4, [[0, 1, 1], [1, 2, 1], [2, 0, 1], [3, 0, 5]]), noPause);
    assert.ok(Math.abs(ranks.reduce((a, b) => a + b, 0) - 1) < 1e-6);
  });

  it("is that of the known formula", async () => {
    // 0 and 1 refer to 2, which refers to nothing: x = (1 - d + d r2) / 3, r2 = x + 2 d x.
    const [a, b, c] = await pageRank(edgesOf(3, [[0, 2, 1], [1, 2, 3]]), noPause);
    const x = 1 / (3 + 2 * 0.85);
    for (const [found, wanted] of [[a, x], [b, x], [c, x * (1 + 2 * 0.85)]] as const) assert.ok(Math.abs((found ?? 0) - wanted) < 1e-5);
  });

  it("follows heavier edges more", async () => {
    const ranks = await pageRank(edgesOf(3, [[0, 1, 3], [0, 2, 1]]), noPause);
    assert.ok((ranks[1] ?? 0) > (ranks[2] ?? 0));
  });

  it("takes an empty graph", async () => assert.equal((await pageRank(edgesOf(0, []), noPause)).length, 0));
});

const users = (count: number, body: (i: number) => string): Tree =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`src/user${i}.ts`, `import { thing } from "./core";\nexport function callerNumber${i}() {\n  ${body(i)}\n}\n`]));

const tree: Tree = {
  "src/core.ts": "export class SessionStore {\n  openSession(id: string): void {}\n  run(): void {}\n}\n\nexport function encodeToken(text: string): number {\n  return text.length;\n}\n",
  "src/helper.ts": "export function formatBytes(count: number): string {\n  return `${count}`;\n}\n\nfunction unusedHelper() {}\n",
  "src/lonely.ts": "export function neverMentioned() {\n  return formatBytes(1);\n}\n",
  "docs/notes.md": "# SessionStore\n\nThe SessionStore and neverMentioned are described here. ".repeat(20),
  ...users(8, (i) => `new SessionStore().openSession("${i}");\n  return encodeToken("x")${i < 2 ? " + formatBytes(2).length" : ""};`),
};

describe("reference graph", () => {
  it("ranks files by who mentions what they define", async () => {
    const { corpus } = await ParsedCorpus.of(tree);
    const graph = await ReferenceGraph.build(corpus, noPause);
    assert.deepEqual(graph.ranked(), ["src/core.ts", "src/helper.ts"]);
    assert.ok(graph.rankOf("src/core.ts") > 2 * graph.rankOf("src/helper.ts"));
    assert.ok(graph.rankOf("src/helper.ts") > graph.rankOf("src/lonely.ts"));
    assert.equal(graph.rankOf("nowhere.ts"), 0);
    assert.equal(graph.rankOf("docs/notes.md"), 0);
    const total = [...corpus.files.keys()].reduce((sum, path) => sum + graph.rankOf(path), 0);
    assert.ok(Math.abs(total - 1) < 1e-6);
  });

  it("knows who refers to a file and whom a file refers to", async () => {
    const { corpus } = await ParsedCorpus.of(tree);
    const graph = await ReferenceGraph.build(corpus, noPause);
    assert.deepEqual(graph.referrersOf("src/helper.ts", 9).map(({ path }) => path), ["src/lonely.ts", "src/user0.ts", "src/user1.ts"]);
    assert.deepEqual(graph.referredBy("src/user0.ts", 9).map(({ path }) => path), ["src/core.ts", "src/helper.ts"]);
    assert.equal(graph.referrersOf("src/helper.ts", 1)[0]?.share, 1);
    assert.deepEqual(graph.referredBy("src/user0.ts", 1).map(({ path }) => path), ["src/core.ts"]);
    assert.deepEqual(graph.referrersOf("nowhere.ts", 9), []);
    assert.deepEqual(graph.referredBy("nowhere.ts", 9), []);
  });

  it("makes nothing of names that many files define, of short ones and of words that stand everywhere", async () => {
    const many = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`src/file${i}.ts`, `export function activateAll() { go(); render("text ${i}"); }\nexport const only${i}Here = 1;\n`]));
    const { corpus } = await ParsedCorpus.of({ ...many, "src/go.ts": "export function go() {}\n", "src/render.ts": "export function render(text: string) {}\n", "src/style.css": ".activateAll { color: red }\n" });
    const graph = await ReferenceGraph.build(corpus, noPause);
    assert.deepEqual(graph.ranked(), []);
  });

  it("lets private names, tests and prose speak less or not at all", async () => {
    const { corpus } = await ParsedCorpus.of({
      "src/one.ts": "export class FirstThing {\n  #secretPart = 1;\n}\n",
      "src/two.ts": "export class SecondThing {}\n",
      "src/three.ts": "export class ThirdThing {}\nconst secretPart = 2;\n",
      "src/useOne.ts": "export const valueOne = new FirstThing();\n",
      ...Object.fromEntries([1, 2, 3].map((i) => [`test/two${i}.test.ts`, `const value${i} = new SecondThing(new FirstThing());\n`])),
      ...Object.fromEntries([1, 2, 3].map((i) => [`docs/${i}.md`, "ThirdThing and ThirdThing\n"])),
    });
    const graph = await ReferenceGraph.build(corpus, noPause);
    assert.ok(graph.rankOf("src/one.ts") > graph.rankOf("src/two.ts"));
    assert.deepEqual(graph.referrersOf("src/one.ts", 9).map(({ path }) => path).includes("src/three.ts"), false);
  });

  it("knows tests by their paths", () => {
    for (const path of ["test/a.ts", "src/__tests__/a.js", "a.test.ts", "pkg/a_test.go", "test_a.py", "src/FooTest.java", "spec/a.rb", "a/fixtures/b.json"]) assert.equal(isTestFile(path), true, path);
    for (const path of ["src/a.ts", "src/contest.ts", "latest/a.ts", "src/testing.ts", "src/inspect.ts"]) assert.equal(isTestFile(path), false, path);
  });

  it("lets other work go on while it is made", async () => {
    const { corpus } = await ParsedCorpus.of(tree);
    let pauses = 0;
    const building = ReferenceGraph.build(corpus, async () => {
      pauses++;
      await nextTurn();
    });
    const others = new OtherWork();
    await building;
    const turns = await others.end();
    assert.ok(pauses > corpus.files.size);
    assert.ok(turns > 10, `${turns} turns`);
  });
});

describe("workspace map", () => {
  it("lists central files with the definitions that others speak of", async () => {
    const parsed = await ParsedCorpus.of(tree);
    const map = new WorkspaceMap({ corpus: () => parsed.corpus, readLines: parsed.readLines });
    const entries = await map.entries(10);
    assert.deepEqual(entries.map(({ path }) => path), ["src/core.ts", "src/helper.ts"]);
    assert.deepEqual(entries[0]?.signatures, ["export class SessionStore {", "export function encodeToken(text: string): number {", "openSession(id: string): void {}"]);
    assert.deepEqual(entries[1]?.signatures, ["export function formatBytes(count: number): string {"]);
    const [first = 0, second = 1] = entries.map(({ rank }) => rank);
    assert.ok(first > second);
    assert.deepEqual((await map.entries(1)).map(({ path }) => path), ["src/core.ts"]);
    assert.deepEqual(await map.entries(0), []);
  });

  it("is made once until the workspace changes", async () => {
    const parsed = await ParsedCorpus.of(tree);
    const map = new WorkspaceMap({ corpus: () => parsed.corpus, readLines: parsed.readLines });
    assert.equal(map.latestGraph, undefined);
    const [first, same] = await Promise.all([map.graph(), map.graph()]);
    assert.equal(first, same);
    assert.equal(await map.graph(), first);
    assert.equal(map.latestGraph, first);
    await parsed.put(Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`src/more${i}.ts`, `export const sum${i} = formatBytes(${i}) + formatBytes(2);\n`])));
    assert.equal(map.latestGraph, first);
    const second = await map.graph();
    assert.notEqual(second, first);
    assert.equal(second.ranked()[0], "src/helper.ts");
    parsed.corpus.remove("src/helper.ts");
    assert.ok(!(await map.entries(9)).some(({ path }) => path === "src/helper.ts"));
  });

  it("is empty without source code", async () => {
    const parsed = await ParsedCorpus.of({ "README.md": "# Parser\n" });
    assert.deepEqual(await new WorkspaceMap({ corpus: () => parsed.corpus, readLines: parsed.readLines }).entries(5), []);
    const empty = await ParsedCorpus.of({});
    assert.deepEqual(await new WorkspaceMap({ corpus: () => empty.corpus, readLines: empty.readLines }).entries(5), []);
  });
});
