import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { inspectFile, scan } from "../../../src/rag/scanner";
import { skipByContent } from "../../../src/rag/skipRules";
import { commitAll, git, type Tree, workspace, write } from "./workspace";
import { seeded } from "../../fixtures/seeded";

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

      it("heeds a .hearthignore that git ignores, and applies it to repositories inside, too", async () => {
        const root = tree({ ".gitignore": ".hearthignore\n", ".hearthignore": "*.md\n", "a.ts": "a", "a.md": "a", "inner/b.ts": "b", "inner/b.md": "b" });
        git(path.join(root, "inner"), "init");
        assert.deepEqual((await found(root)).filter((file) => !file.startsWith(".")), ["a.ts", "inner/b.ts"]);
      });

      it("tells names apart by case where the file system does", async () => {
        const root = tree({ ".gitignore": "Build/\n", "build/a.ts": "a", "Build2/b.ts": "b" });
        const isSame = process.platform === "win32" || process.platform === "darwin";
        assert.deepEqual(await found(root), [".gitignore", "Build2/b.ts", ...(isSame ? [] : ["build/a.ts"])]);
      });

      it("does not bring back secrets", async () => {
        const root = tree({ ".gitignore": ".env\n", ".hearthignore": "!.env\n", ".env": "KEY=1" });
        assert.deepEqual(await found(root), [".gitignore", ".hearthignore"]);
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

  it("lists the same files by git's list and by walking, whatever the ignore files say", async () => {
    for (let seed = 1; seed <= 25; seed++) {
      const root = workspace(randomTree(seed));
      const walked = (await scan(root, [], { useGit: false })).files.map((file) => file.path);
      git(root, "init");
      assert.deepEqual(walked, await found(root), `seed ${seed}, ${root}`);
    }
  }).timeout(60_000);

  if (process.platform === "linux") {
    it("counts a file whose name is no text, and a folder too deep to be read", async () => {
      const root = workspace({ "a.ts": "a" });
      writeFileSync(Buffer.concat([Buffer.from(`${root}/b`), Buffer.from([0xff, 0xfe]), Buffer.from(".ts")]), "b");
      const deep = "d".repeat(250);
      execFileSync("sh", ["-c", 'for i in $(seq 18); do mkdir "$0" && cd -P "$0" || exit 1; done', deep], { cwd: root });
      try {
        const { files, skipped } = await scan(root, []);
        assert.deepEqual(files.map((file) => file.path), ["a.ts"]);
        assert.deepEqual([...skipped.values()], ["unreadable", "unreadable"]);
      } finally {
        execFileSync("rm", ["-rf", path.join(root, deep)]);
      }
    });

    it("passes over pipes", async () => {
      const root = workspace({ "a.ts": "a" });
      execFileSync("mkfifo", [path.join(root, "pipe.ts")]);
      assert.deepEqual(await found(root), ["a.ts"]);
    });
  }

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

const patterns = ["*.log", "/a", "b/", "!b/", "**/c", "a/*", "!a/keep.ts", "d?.ts", "[ab].ts", "!*.ts", "c/**", "/*/e.ts", "\\#x.ts", "# note", "", "keep.ts ", "!/a/b/"];

function randomTree(seed: number): Tree {
  const random = seeded(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const folders = ["", "a/", "b/", "a/b/", "c/", "a/c/", "d/e/"];
  const names = ["keep.ts", "a.ts", "b.ts", "c", "d1.ts", "e.ts", "x.log", "#x.ts"];
  const files = Array.from({ length: 25 }, () => pick(folders) + pick(names));
  const tree: Record<string, string> = {};
  // "c" is a folder in some places, so it is no file there.
  for (const file of files) if (!["c", "a/c"].includes(file)) tree[file] = "x";
  for (const folder of ["", pick(folders), pick(folders)]) {
    tree[`${folder}.gitignore`] = Array.from({ length: 1 + Math.floor(random() * 4) }, () => pick(patterns)).join("\n");
  }
  return tree;
}

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
