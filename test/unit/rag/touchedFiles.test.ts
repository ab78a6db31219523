import assert from "node:assert/strict";
import { TouchedFiles, type TouchedWork } from "../../../src/rag/touchedFiles";
import { WorkspaceFolders } from "../../../src/rag/workspaceFolders";
import { git, workspace } from "./workspace";

const tree = {
  ".gitignore": "*.log\n/build/\n",
  ".hearthignore": "docs/\n",
  "src/a.ts": "a",
  "src/new.ts": "n",
  "x.log": "x",
  "build/out.js": "o",
  "build/.gitignore": "*\n",
  "docs/a.md": "d",
  "node_modules/dep/index.js": "d",
  "package-lock.json": "{}",
  "logo.png": "p",
  "big.json": "1".repeat(300_000),
};
const known = new Set([".gitignore", ".hearthignore", "src/a.ts", "gone/b.ts"]);

const cases: readonly [string, readonly string[], TouchedWork["kind"]][] = [
  ["a known file", ["src/a.ts"], "files"],
  ["a known file beside ignored ones", ["src/a.ts", "x.log", "build/out.js"], "files"],
  ["a new file", ["src/new.ts"], "scan"],
  ["a new file among ignored ones", ["x.log", "src/new.ts"], "scan"],
  ["an ignored file", ["x.log"], "nothing"],
  ["a file in an ignored folder, and the folder", ["build/out.js", "build"], "nothing"],
  ["an ignore file in an ignored folder", ["build/.gitignore"], "nothing"],
  ["a file that .hearthignore names", ["docs/a.md"], "nothing"],
  ["an excluded file", ["node_modules/dep/index.js", "node_modules/dep/.gitignore"], "nothing"],
  ["names and sizes that are skipped", ["package-lock.json", "logo.png", "big.json"], "nothing"],
  ["git's own files", [".git/index", "sub/.git/HEAD"], "nothing"],
  ["a file that came and went", ["src/passing.ts"], "nothing"],
  ["a folder that is gone with its files", ["gone"], "scan"],
  ["a folder", ["src"], "scan"],
  ["an ignore file", [".gitignore"], "scan"],
  ["more files than are looked at one by one", Array.from({ length: 1001 }, (_, i) => `src/${i}.ts`), "scan"],
  ["as many excluded files", Array.from({ length: 1001 }, (_, i) => `node_modules/${i}.ts`), "nothing"],
];

describe("touched files", () => {
  for (const mode of ["in a git work tree", "without git", "without running git"] as const) {
    describe(mode, () => {
      let touched: TouchedFiles;

      before(() => {
        const root = workspace(tree);
        if (mode !== "without git") git(root, "init");
        const config = { exclude: ["**/node_modules/**"], useGit: mode !== "without running git" };
        touched = new TouchedFiles(config, new WorkspaceFolders([{ path: root, name: "root" }]), {
          has: (file) => known.has(file),
          hasBelow: (folder) => [...known].some((file) => file.startsWith(folder)),
        });
      });

      for (const [name, paths, kind] of cases) {
        it(`${name}: ${kind}`, async () => assert.equal((await touched.workFor(paths, new AbortController().signal)).kind, kind));
      }
    });
  }

  it("heeds what .hearthignore brings back, and what an outer repository ignores", async () => {
    const root = workspace({ ".gitignore": "gen/\nout/\n", "part/.hearthignore": "!gen/\n", "part/gen/api.ts": "g", "part/out/x.ts": "x" });
    git(root, "init");
    const none = { has: () => false, hasBelow: () => false };
    const touched = new TouchedFiles({ exclude: [] }, new WorkspaceFolders([{ path: `${root}/part`, name: "part" }]), none);
    const { signal } = new AbortController();
    assert.equal((await touched.workFor(["gen/api.ts"], signal)).kind, "scan");
    assert.equal((await touched.workFor(["out/x.ts"], signal)).kind, "nothing");
  });

  it("heeds each folder's own globs", async () => {
    const tree = { "src/a.ts": "a", "out/b.js": "b" };
    const roots = [{ path: workspace(tree), name: "one", exclude: ["src"] }, { path: workspace(tree), name: "two" }];
    const touched = new TouchedFiles({ exclude: ["out"] }, new WorkspaceFolders(roots), { has: () => false, hasBelow: () => false });
    const kindOf = async (file: string) => (await touched.workFor([file], new AbortController().signal)).kind;
    assert.deepEqual([await kindOf("one/src/a.ts"), await kindOf("two/out/b.js")], ["nothing", "nothing"]);
    assert.deepEqual([await kindOf("one/out/b.js"), await kindOf("two/src/a.ts")], ["scan", "scan"]);
  });
});
