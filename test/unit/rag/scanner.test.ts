import assert from "node:assert/strict";
import { rmSync, symlinkSync } from "node:fs";
import path from "node:path";
import { inspectFile, scan } from "../../../src/rag/scanner";
import { skipByContent } from "../../../src/rag/skipRules";
import { commitAll, git, type Tree, workspace, write } from "./workspace";

async function found(root: string, exclude: readonly string[] = []): Promise<string[]> {
  return (await scan(root, exclude)).files.map((file) => file.path);
}

const nested: Tree = {
  ".gitignore": "*.log\n/build/\n!keep.log\n",
  "a.ts": "a",
  "x.log": "x",
  "keep.log": "k",
  "build/out.js": "o",
  "sub/.gitignore": "*.gen.ts\n!special.log\nprivate/\n",
  "sub/b.ts": "b",
  "sub/c.gen.ts": "c",
  "sub/special.log": "s",
  "sub/other.log": "o",
  "sub/private/d.ts": "d",
  "sub/build/e.ts": "e",
};
const kept = [".gitignore", "a.ts", "keep.log", "sub/.gitignore", "sub/b.ts", "sub/build/e.ts", "sub/special.log"];

describe("scanner", () => {
  for (const withGit of [false, true]) {
    describe(withGit ? "in a git work tree" : "without git", () => {
      function tree(files: Tree): string {
        const root = workspace(files);
        if (withGit) git(root, "init");
        return root;
      }

      it("follows nested ignore files and their exceptions", async () => {
        assert.deepEqual(await found(tree(nested)), kept);
      });

      it("applies .hearthignore on top, and brings back what git ignores with !", async () => {
        const root = tree({
          ".gitignore": "generated/\n*.tmp\n",
          ".hearthignore": "docs/\n!generated/\n",
          "a.ts": "a",
          "b.tmp": "b",
          "docs/a.md": "d",
          "generated/api.ts": "g",
          "sub/.hearthignore": "c.ts\n",
          "sub/c.ts": "c",
          "sub/d.ts": "d",
        });
        assert.deepEqual(await found(root), [".gitignore", ".hearthignore", "a.ts", "generated/api.ts", "sub/.hearthignore", "sub/d.ts"]);
      });

      it("leaves out what the exclude globs match, dot folders too", async () => {
        const root = tree({
          "a.ts": "a",
          "node_modules/x/i.js": "x",
          "p/node_modules/x/i.js": "x",
          "p/dist/i.js": "x",
          ".venv/lib/m.py": "x",
          "src/deep/er/a.snap.ts": "x",
          "docs/a.md": "x",
        });
        const globs = ["**/node_modules/**", "**/dist/**", "**/.venv/**", "**/*.snap.ts", "docs", ""];
        assert.deepEqual(await found(root, globs), ["a.ts"]);
      });

      it("leaves out secrets, lock files, media, large files and symbolic links, and counts them", async () => {
        const root = tree({
          "a.ts": "a",
          ".env": "KEY=1",
          ".env.local": "KEY=1",
          ".env.example": "KEY=",
          "certs/server.pem": "x",
          id_rsa: "x",
          "id_rsa.pub": "public",
          "credentials.json": "{}",
          "package-lock.json": "{}",
          "app.min.js": "x",
          "app.js.map": "x",
          "logo.png": "x",
          "big.ts": "x\n".repeat(600_000),
          "big.json": " \n".repeat(120_000),
        });
        symlinkSync(path.join(root, "a.ts"), path.join(root, "link.ts"));
        const { files, skipped } = await scan(root, []);
        assert.deepEqual(files.map((file) => file.path), [".env.example", "a.ts", "id_rsa.pub"]);
        assert.deepEqual(Object.fromEntries(skipped), {
          ".env": "secret",
          ".env.local": "secret",
          "certs/server.pem": "secret",
          id_rsa: "secret",
          "credentials.json": "secret",
          "package-lock.json": "generated",
          "app.min.js": "generated",
          "app.js.map": "generated",
          "logo.png": "binary",
          "big.ts": "too-large",
          "big.json": "too-large",
          "link.ts": "symlink",
        });
      });

      it("survives odd names and loops of symbolic links", async () => {
        const names = ["with space.ts", "uml-äöü-日本.ts", "quote'\".ts", "-dash.ts", "[bracket].ts"];
        const names2 = process.platform === "win32" ? names : [...names, "new\nline.ts", "back\\slash.ts"];
        const root = tree(Object.fromEntries(names2.map((name) => [name, "x"])));
        symlinkSync(root, path.join(root, "loop"));
        assert.deepEqual(await found(root), [...names2].sort());
      });
    });
  }

  it("lists files of submodules and of repositories inside", async () => {
    const library = workspace({ "lib.ts": "l", ".gitignore": "*.o", "x.o": "o" });
    git(library, "init");
    commitAll(library);
    const root = workspace({ "a.ts": "a", "inner/b.ts": "b", "inner/.gitignore": "c.ts", "inner/c.ts": "c" });
    git(root, "init");
    git(root, "submodule", "add", library, "deps/library");
    git(path.join(root, "inner"), "init");
    const files = await found(root);
    assert.deepEqual(files.filter((file) => !file.startsWith(".git")), ["a.ts", "deps/library/.gitignore", "deps/library/lib.ts", "inner/.gitignore", "inner/b.ts"]);
  });

  it("does not list deleted files, and takes a folder below the repository's own", async () => {
    const root = workspace({ "a.ts": "a", "sub/b.ts": "b", "sub/c.ts": "c" });
    git(root, "init");
    commitAll(root);
    rmSync(path.join(root, "sub/b.ts"));
    assert.deepEqual(await found(root), ["a.ts", "sub/c.ts"]);
    assert.deepEqual(await found(path.join(root, "sub")), ["c.ts"]);
  });

  it("walks a folder that the repository around it ignores", async () => {
    const root = workspace({ ".gitignore": "*", "sub/c.ts": "c" });
    git(root, "init");
    assert.deepEqual(await found(path.join(root, "sub")), ["c.ts"]);
  });

  it("counts what cannot be looked at, and passes over what is gone", async () => {
    const root = workspace({ "a.ts": "a" });
    assert.equal(await inspectFile(root, `${"x".repeat(300)}.ts`), "unreadable");
    assert.equal(await inspectFile(root, "gone.ts"), undefined);
    assert.equal(await inspectFile(root, "a.ts/below.ts"), undefined);
  });

  it("rejects when the root is not there", async () => {
    await assert.rejects(scan(path.join(workspace({}), "gone"), []), /ENOENT/);
  });

  it("names a changed size and time", async () => {
    const root = workspace({ "a.ts": "a" });
    const [before] = (await scan(root, [])).files;
    write(root, { "a.ts": "longer" });
    const [now] = (await scan(root, [])).files;
    assert.equal(before?.bytes, 1);
    assert.equal(now?.bytes, 6);
  });
});

describe("skip by content", () => {
  const cases: readonly [string, Uint8Array, string | undefined][] = [
    ["text", Buffer.from("const a = 1;\n"), undefined],
    ["NUL early", Buffer.from("abc\0def"), "binary"],
    ["NUL after 8 kB", Buffer.from(`${"a b\n".repeat(2100)}\0`), undefined],
    ["UTF-16 with its mark", Buffer.from("\ufeffconst a = 1;", "utf16le"), undefined],
    ["a private key", Buffer.from("-----BEGIN RSA PRIVATE KEY-----\nabc"), "secret"],
    ["a generator's mark", Buffer.from("// Code generated by protoc-gen-go. DO NOT EDIT.\npackage a\n"), "generated"],
    ["one long line", Buffer.from("a=1;".repeat(2000)), "minified"],
    ["many short lines", Buffer.from("a=1;\n".repeat(2000)), undefined],
  ];
  for (const [name, bytes, expected] of cases) {
    it(name, () => assert.equal(skipByContent(bytes, Buffer.from(bytes).toString("utf8")), expected));
  }
});
