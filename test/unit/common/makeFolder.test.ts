import assert from "node:assert/strict";
import { stat, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { makeFolder } from "../../../src/common/makeFolder";
import { temporaryFolder } from "../engine/temporaryFolder";

describe("makeFolder", () => {
  const folder = temporaryFolder();
  const inside = (...names: readonly string[]) => path.join(folder(), ...names);

  it("makes the folders around it, too, and leaves those that are there", async () => {
    await Promise.all([makeFolder(inside("a", "b", "c")), makeFolder(inside("a", "b", "d"))]);
    await makeFolder(inside("a", "b"));
    await makeFolder(folder());
    for (const name of ["c", "d"]) assert.ok((await stat(inside("a", "b", name))).isDirectory());
  });

  it("goes through a link to a folder", async () => {
    await makeFolder(inside("real"));
    await symlink(inside("real"), inside("link"));
    await makeFolder(inside("link", "inner"));
    assert.ok((await stat(inside("real", "inner"))).isDirectory());
    await makeFolder(inside("link"));
  });

  it("fails where none can be made", async () => {
    await writeFile(inside("file"), "");
    await symlink(inside("gone"), inside("link"));
    const places = [inside("file"), inside("file", "a", "b"), inside("link"), inside("link", "a", "b")];
    for (const place of places) await assert.rejects(makeFolder(place), { syscall: "mkdir" }, place);
  });
});
