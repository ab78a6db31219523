import assert from "node:assert/strict";
import { bestPaths, fuzzyScore } from "../../../../src/vscode/composer/fuzzyFiles";

const paths = [
  "README.md",
  "src/chat/conversation.ts",
  "src/chat/conversationFile.ts",
  "src/chat/conversationSummary.ts",
  "src/vscode/chatController.ts",
  "src/vscode/conversations/conversationHandlers.ts",
  "src/webview/chatApp.ts",
  "test/unit/chat/conversationFile.test.ts",
];

describe("files by name", () => {
  const cases: readonly [query: string, first: string][] = [
    ["conversation", "src/chat/conversation.ts"],
    ["conversation.ts", "src/chat/conversation.ts"],
    ["readme", "README.md"],
    ["convfile", "src/chat/conversationFile.ts"],
    ["cc", "src/vscode/chatController.ts"],
    ["chatc", "src/vscode/chatController.ts"],
    ["chat/conversationfile", "src/chat/conversationFile.ts"],
    ["unit file", "test/unit/chat/conversationFile.test.ts"],
    ["src\\webview", "src/webview/chatApp.ts"],
    ["app", "src/webview/chatApp.ts"],
  ];
  for (const [query, first] of cases) it(`"${query}" finds ${first} first`, () => assert.equal(bestPaths(query, paths, 5)[0], first));

  it("are none where a letter is missing, or stands before another one", () => {
    assert.deepEqual(bestPaths("zzz", paths, 5), []);
    assert.equal(fuzzyScore("ba", "a/b"), undefined);
  });

  it("are all of them, in their order, for nothing typed", () => assert.deepEqual(bestPaths("  ", paths, 3), paths.slice(0, 3)));

  it("are no more than asked for", () => assert.equal(bestPaths("c", paths, 2).length, 2));
});
