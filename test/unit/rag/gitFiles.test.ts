import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { gitFiles, gitIgnored, gitIgnoredFiles } from "../../../src/rag/gitFiles";
import { gitHistory } from "../../../src/rag/gitHistory";
import { scan } from "../../../src/rag/scanner";
import { commitAll, git, temporaryFolder, workspace } from "./workspace";

/** A program that leaves a mark when it is run. */
function marking(mark: string, name = "program.sh", end = 'printf "/\\0"'): string {
  const file = path.join(temporaryFolder(), name);
  writeFileSync(file, `#!/bin/sh\necho ran >> "${mark}"\n${end}\n`);
  chmodSync(file, 0o755);
  return file;
}

describe("git in a folder whose config names programs", () => {
  it("runs no file monitor, hook or signature check", async () => {
    const root = workspace({ "a.ts": "a", ".gitignore": "*.log\n", "x.log": "x" });
    const mark = path.join(temporaryFolder(), "mark");
    const program = marking(mark);
    git(root, "init");
    commitAll(root);
    git(root, "commit", "--allow-empty", "-m", "second");
    const signed = execFileSync("git", ["cat-file", "commit", "HEAD"], { cwd: root, encoding: "utf8" }).replace("\n\n", "\ngpgsig -----BEGIN PGP SIGNATURE-----\n \n x\n -----END PGP SIGNATURE-----\n\n");
    const commit = execFileSync("git", ["hash-object", "-t", "commit", "-w", "--stdin"], { cwd: root, input: signed, encoding: "utf8" }).trim();
    git(root, "update-ref", "HEAD", commit);
    for (const [key, value] of [["core.fsmonitor", program], ["log.showSignature", "true"], ["gpg.program", program]]) git(root, "config", key!, value!);
    const wasRun = (...args: readonly string[]) => {
      rmSync(mark, { force: true });
      git(root, ...args);
      return existsSync(mark);
    };
    assert.ok(wasRun("status") && wasRun("log", "-n", "1"), "git by itself runs these programs");
    rmSync(mark, { force: true });
    assert.deepEqual([...((await gitFiles(root)) ?? [])].sort(), [".gitignore", "a.ts"]);
    assert.deepEqual(await gitIgnoredFiles(root), ["x.log"]);
    assert.deepEqual([...((await gitIgnored(root, ["a.ts", "x.log"])) ?? [])], ["x.log"]);
    assert.deepEqual((await gitHistory(root)).map(({ subject }) => subject), ["second", "all"]);
    assert.equal(existsSync(mark), false);
  });

  it("is not run at all where it is not wanted: the ignore files are walked", async () => {
    const root = workspace({ "a.ts": "a", ".gitignore": "*.log\n", "x.log": "x", "sub/.gitignore": "b.ts\n", "sub/b.ts": "b", "sub/c.ts": "c" });
    git(root, "init");
    const mark = path.join(temporaryFolder(), "mark");
    const { PATH } = process.env;
    process.env["PATH"] = path.dirname(marking(mark, "git", "exit 128"));
    try {
      const { files } = await scan(root, [], { useGit: false });
      assert.deepEqual(files.map((file) => file.path), [".gitignore", "a.ts", "sub/.gitignore", "sub/c.ts"]);
      assert.equal(existsSync(mark), false);
      await scan(root, []);
      assert.equal(existsSync(mark), true);
    } finally {
      process.env["PATH"] = PATH;
    }
  });

  it("tells ignored paths, and has no say outside a repository", async () => {
    const root = workspace({ "a.ts": "a", ".gitignore": "*.log\n" });
    git(root, "init");
    assert.deepEqual(await gitIgnored(root, ["a.ts"]), new Set());
    assert.deepEqual(await gitIgnored(root, ["a.ts", "new.log", "b/c.log"]), new Set(["new.log", "b/c.log"]));
    assert.equal(await gitIgnored(workspace({}), ["a.ts"]), undefined);
  });
});
