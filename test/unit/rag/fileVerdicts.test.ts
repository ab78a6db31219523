import assert from "node:assert/strict";
import { symlinkSync } from "node:fs";
import path from "node:path";
import { IndexStores } from "./indexStores";
import { git, type Tree, workspace, write } from "./workspace";

const tree: Tree = {
  ".gitignore": "# made by tools\n*.log\n/build/\n",
  ".hearthignore": "docs/\n!wanted.log\n",
  "src/a.ts": "export class Zebra {}\n",
  "src/.gitignore": "*.gen.ts\n!kept.gen.ts\n",
  "src/x.gen.ts": "x",
  "src/kept.gen.ts": "export const kept = 1;\n",
  "x.log": "x",
  "wanted.log": "brought back\n",
  "build/out.js": "o",
  "docs/guide.md": "d",
  "node_modules/dep/index.js": "d",
  ".env": "KEY=1",
  "logo.png": "p",
  "yarn.lock": "l",
  "big.json": "1".repeat(300_000),
  "packed.js": "a=1;".repeat(2_000),
  "data.txt": "abc\0def",
};

interface Case {
  readonly file: string;
  readonly reason: string;
  readonly detail: RegExp;
}

const cases: readonly Case[] = [
  { file: "x.log", reason: "ignored", detail: /^\.gitignore.* \*\.log\.$/ },
  { file: "build/out.js", reason: "ignored", detail: /^\.gitignore.* \/build\/\.$/ },
  { file: "src/x.gen.ts", reason: "ignored", detail: /^src\/\.gitignore.* \*\.gen\.ts\.$/ },
  { file: "docs/guide.md", reason: "ignored", detail: /^\.hearthignore.* docs\/\.$/ },
  { file: "node_modules/dep/index.js", reason: "excluded", detail: /\*\*\/node_modules\/\*\*/ },
  { file: ".env", reason: "secret", detail: /secret/ },
  { file: "logo.png", reason: "binary", detail: /not text/ },
  { file: "yarn.lock", reason: "generated", detail: /tool/ },
  { file: "big.json", reason: "too-large", detail: /0\.3 MB; the most is 0\.2 MB/ },
  { file: "packed.js", reason: "minified", detail: /lines/ },
  { file: "data.txt", reason: "binary", detail: /not text/ },
  { file: "link.ts", reason: "symlink", detail: /links/ },
  { file: "linked/a.ts", reason: "symlink", detail: /^linked / },
  { file: "src", reason: "folder", detail: /folder/ },
  { file: "src/gone.ts", reason: "missing", detail: /no such file/ },
  { file: "../elsewhere.ts", reason: "outside", detail: /none of/ },
];

describe("file verdicts", () => {
  const stores = new IndexStores();

  for (const mode of ["in a git work tree", "without git", "without running git"] as const) {
    it(`say why files are in the index or not, ${mode}`, async () => {
      const root = workspace(tree);
      if (mode !== "without git") git(root, "init");
      symlinkSync(path.join(root, "src/a.ts"), path.join(root, "link.ts"));
      symlinkSync(path.join(root, "src"), path.join(root, "linked"));
      const { store } = await stores.open({ root, exclude: ["**/node_modules/**"], useGit: mode !== "without running git" });
      await store.update();
      for (const { file, reason, detail } of cases) {
        const verdict = await store.explain(file);
        assert.ok(verdict.kind === "left-out", file);
        assert.deepEqual([verdict.path, verdict.reason], [file, reason]);
        assert.match(verdict.detail, detail);
      }
      assert.deepEqual(await store.explain("src/a.ts"), { kind: "indexed", path: "src/a.ts", chunks: 1, language: "typescript", embedded: 0 });
      assert.equal((await store.explain(path.join(root, "wanted.log"))).kind, "indexed");
      assert.equal((await store.explain("src/kept.gen.ts")).kind, "indexed");
      assert.equal((await store.explain(path.join(root, "..", "x.ts"))).kind, "left-out");
    });
  }

  it("names the line where git knows it, and the repository that ignores another one inside", async () => {
    const root = workspace({ ".gitignore": "*.log\nvendor/\n", "a.log": "a", "vendor/inner/b.ts": "b", "own/c.ts": "c", "own/.gitignore": "\nc.ts\n" });
    for (const folder of ["", "vendor/inner", "own"]) git(path.join(root, folder), "init");
    const { store } = await stores.open({ root });
    await store.update();
    const details = await Promise.all(["a.log", "vendor/inner/b.ts", "own/c.ts", ".git/HEAD"].map((file) => store.explain(file)));
    assert.deepEqual(details.map((verdict) => verdict.kind === "left-out" && verdict.detail), [
      ".gitignore, line 1, ignores *.log.",
      ".gitignore, line 2, ignores vendor/.",
      "own/.gitignore, line 2, ignores c.ts.",
      "It belongs to version control (.git).",
    ]);
  });

  it("say of a new file that it waits", async () => {
    const root = workspace({ "a.ts": "a" });
    const { store } = await stores.open({ root });
    await store.update();
    write(root, { "b.ts": "b" });
    const verdict = await store.explain("b.ts");
    assert.ok(verdict.kind === "left-out" && verdict.reason === "waiting");
  });

  it("lists what is left out, and counts it in the summary", async () => {
    const { store } = await stores.open({ root: workspace(tree), exclude: ["**/node_modules/**"] });
    const { skipped } = await store.update();
    assert.deepEqual(skipped, { secret: 1, binary: 2, generated: 1, "too-large": 1, minified: 1 });
    const all = store.leftOut(100);
    assert.deepEqual(all.map((verdict) => [verdict.path, verdict.kind === "left-out" && verdict.reason]), [
      [".env", "secret"],
      ["big.json", "too-large"],
      ["data.txt", "binary"],
      ["logo.png", "binary"],
      ["packed.js", "minified"],
      ["yarn.lock", "generated"],
    ]);
    assert.ok(all.every((verdict) => verdict.kind === "left-out" && verdict.detail !== ""));
    assert.equal(store.leftOut(2).length, 2);
  });
});
