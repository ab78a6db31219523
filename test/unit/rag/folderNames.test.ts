import assert from "node:assert/strict";
import { folderNames } from "../../../src/rag/folderNames";

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
