import assert from "node:assert/strict";
import path from "node:path";
import { WorkspaceFolders } from "../../../src/rag/workspaceFolders";

const root = path.resolve("/code");
const one = new WorkspaceFolders([{ path: root, name: "code" }]);
const several = new WorkspaceFolders([
  { path: path.join(root, "app"), name: "app" },
  { path: path.join(root, "app", "packages", "core"), name: "core" },
  { path: path.resolve("/other/app"), name: "app-2" },
]);

describe("workspace folders", () => {
  const cases: readonly [WorkspaceFolders, string, string][] = [
    [one, "src/a.ts", "/code/src/a.ts"],
    [several, "app/src/a.ts", "/code/app/src/a.ts"],
    [several, "core/a.ts", "/code/app/packages/core/a.ts"],
    [several, "app-2/app/a.ts", "/other/app/app/a.ts"],
  ];
  for (const [folders, file, absolute] of cases) {
    it(`${file} is ${absolute}, and back`, () => {
      assert.equal(folders.absolute(file), path.resolve(absolute));
      assert.equal(folders.relative(path.resolve(absolute)), file);
    });
  }

  it("knows nothing outside", async () => {
    assert.equal(one.relative(path.resolve("/codex/a.ts")), undefined);
    assert.equal(several.absolute("third/a.ts"), undefined);
    assert.equal(one.absolute("src/../../secret"), undefined);
    assert.equal(await one.read("../secret"), undefined);
  });

  it("takes names that begin with dots for inside", () => {
    assert.equal(one.relative(path.resolve("/code/..odd/a.ts")), "..odd/a.ts");
  });

  it("knows which folders lie in which", () => {
    assert.deepEqual(several.all.map((folder) => several.within(folder)), [["packages/core/"], [], []]);
  });
});
