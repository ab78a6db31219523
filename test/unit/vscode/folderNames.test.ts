import assert from "node:assert/strict";
import { folderNames } from "../../../src/vscode/folderNames";
import { filesOf } from "../../../src/vscode/labelledFiles";

describe("names of the workspace's folders", () => {
  const table: readonly [string, readonly string[], readonly string[]][] = [
    ["are the editor's", ["app", "lib"], ["app", "lib"]],
    ["get a number where one is taken", ["app", "app", "app"], ["app", "app-2", "app-3"]],
    ["leave a name to the folder that really has it", ["app", "app", "app-2"], ["app", "app-3", "app-2"]],
    ["hold no slash, which would end the name in a path", ["packages/app", "c\\d"], ["packages-app", "c-d"]],
    ["are none without folders", [], []],
  ];
  for (const [name, given, names] of table) it(name, () => assert.deepEqual(folderNames(given), names));
});

describe("the files that a path may mean", () => {
  const tell = (names: readonly string[], label: string) => filesOf(names, label).map(({ folder, path }) => `${folder}:${path}`);

  it("is the path in the only folder, or one that had the folder's name before it", () => {
    assert.deepEqual(tell(["app"], "src/a.ts"), ["0:src/a.ts"]);
    assert.deepEqual(tell(["app"], "app/a.ts"), ["0:app/a.ts", "0:a.ts"]);
  });

  it("is the path in the folder that it names, then one in any folder", () => {
    assert.deepEqual(tell(["app", "lib"], "lib/a.ts"), ["1:a.ts", "0:lib/a.ts", "1:lib/a.ts"]);
    assert.deepEqual(tell(["app", "lib"], "src/a.ts"), ["0:src/a.ts", "1:src/a.ts"]);
  });

  it("does not take a name for another that begins with it", () => assert.deepEqual(tell(["app", "app-2"], "app-2/a.ts").at(0), "1:a.ts"));
});
