import assert from "node:assert/strict";
import { filesOf } from "../../../src/vscode/labelledFiles";

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
