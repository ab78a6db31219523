import assert from "node:assert/strict";
import { markedWords } from "../../../src/webview/composer/inputMarks";
import { all } from "./chatPage";
import { openComposer, write } from "./composerPage";
import { until, usePage } from "./page";

describe("words that stand for something", () => {
  usePage();

  const cases: readonly [text: string, marked: readonly string[]][] = [
    ["/fix the rest", ["/fix"]],
    [" /fix", ["/fix"]],
    ["/unknown", []],
    ["/fix/path", []],
    ["then /fix", []],
    ["See @symbol:make and #folder:", ["@symbol:", "#folder:"]],
    ["me@file:x", []],
    ["@else:x @file", []],
  ];
  for (const [text, marked] of cases) {
    it(`in ${JSON.stringify(text)}: ${marked.join(", ") || "none"}`, () => {
      assert.deepEqual(markedWords(text, new Set(["fix"])).map(({ start, end }) => text.slice(start, end)), marked);
    });
  }

  it("are marked behind the text, commands once they are known", async () => {
    const { input } = openComposer({ slashCommands: () => [{ name: "fix", description: "", source: "hearth" }] });
    const marks = () => all(".input-clip:not([hidden]) mark").map(({ textContent }) => textContent);
    write(input, "/fix");
    await until("the mark", () => marks().length > 0);
    write(input, "/fix @symbol:make");
    assert.deepEqual(marks(), ["/fix", "@symbol:"]);
    write(input, "fix");
    assert.deepEqual(marks(), []);
  });
});
