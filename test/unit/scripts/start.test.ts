import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import path from "node:path";
import { root } from "../../../scripts/lib/project.mjs";

function start(...args: string[]) {
  const env = { ...process.env, INIT_CWD: root };
  return spawnSync(process.execPath, [path.join(root, "scripts/start.mjs"), ...args], { encoding: "utf8", env });
}

describe("npm start", () => {
  it("tells how it is used", () => {
    const { status, stdout } = start("--help");
    assert.equal(status, 0);
    assert.match(stdout, /npm start \[FOLDER\]/);
  });

  it("names a folder that is not there, before it installs anything", () => {
    const { status, stderr } = start("no/such/folder");
    assert.equal(status, 1);
    assert.match(stderr, /no[\\/]such[\\/]folder is not a folder/);
  });

  it("takes one folder only", () => {
    assert.equal(start("src", "test").status, 1);
  });
});
