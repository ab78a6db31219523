import assert from "node:assert/strict";
import { Mentions } from "../../../../src/vscode/composer/mentions";
import { bestPaths } from "../../../../src/vscode/composer/fuzzyFiles";
import type { MentionSource } from "../../../../src/vscode/composer/sources/mentionSource";
import type { ViewMentionKind } from "../../../../src/webview/protocol";
import { attachment } from "./services";

function source(kind: ViewMentionKind, label: string | undefined, ids: readonly string[] = []): MentionSource {
  return {
    kind,
    head: () => (label === undefined ? undefined : { kind, id: "", label }),
    rows: (query, limit) => Promise.resolve(bestPaths(query, ids, limit).map((id) => ({ kind, id, label: id }))),
    resolve: (id) => Promise.resolve([{ ...attachment, path: `${kind} ${id}` }]),
  };
}

const many = Array.from({ length: 100 }, (_, i) => `src/selected${i}.ts`);
const mentions = new Mentions([
  source("file", "Files", many),
  source("selection", undefined),
  source("problems", "Problems"),
  source("gitDiff", "Git diff"),
  source("codebase", "Base de code"),
]);

async function labels(query: string, kind?: ViewMentionKind): Promise<readonly string[]> {
  return (await mentions.rows(query, kind)).map(({ label }) => label);
}

describe("what can be put into a question", () => {
  it("is listed by kind first, without those of which there is nothing, then by file", async () => {
    const all = await labels("");
    assert.deepEqual([all.slice(0, 5), all.length], [["Files", "Problems", "Git diff", "Base de code", "src/selected0.ts"], 50]);
  });

  const cases: readonly [query: string, first: string][] = [
    ["prob", "Problems"],
    ["diff", "Git diff"],
    ["GIT", "Git diff"],
    ["codebase", "Base de code"],
    ["selected7.ts", "src/selected7.ts"],
  ];
  for (const [query, first] of cases) it(`"${query}" finds ${first} first`, async () => assert.equal((await labels(query))[0], first));

  it("is no kind by scattered letters", async () => assert.deepEqual(await labels("pm"), []));

  it("of one kind is that kind's own list, without its head", async () => {
    assert.deepEqual(await labels("selected99", "file"), ["src/selected99.ts"]);
    assert.deepEqual(await labels("", "gitDiff"), []);
    assert.equal((await labels("", "file")).length, 50);
  });

  it("means what its kind says, and nothing where the kind is not there", async () => {
    assert.deepEqual((await mentions.resolve("gitDiff", "staged")).map(({ path }) => path), ["gitDiff staged"]);
    assert.throws(() => mentions.resolve("terminal", ""), { code: "bad-use" });
  });
});
