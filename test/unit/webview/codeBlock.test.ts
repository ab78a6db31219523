import assert from "node:assert/strict";
import { CodeBlock } from "../../../src/webview/codeBlock";
import { isPath, pathInComment, readFence } from "../../../src/webview/codePath";
import { all, find, labelled, open, press, running, state, turn } from "./chatPage";
import { until, usePage } from "./page";

describe("where code belongs", () => {
  const fences: readonly [info: string, language: string, path: string | undefined][] = [
    ["", "", undefined],
    ["ts", "ts", undefined],
    ["ts src/a.ts", "ts", "src/a.ts"],
    ["ts:src/a.ts", "ts", "src/a.ts"],
    ['tsx title="app/[id]/page.tsx"', "tsx", "app/[id]/page.tsx"],
    ["python filename=a.py {1,3}", "python", "a.py"],
    ["src/a.py", "py", "src/a.py"],
    ["c++", "c++", undefined],
    ["js copy", "js", undefined],
    ["dockerfile Dockerfile", "dockerfile", "Dockerfile"],
  ];
  for (const [info, language, path] of fences) {
    it(`is read from the fence ${JSON.stringify(info)}`, () => {
      const read = readFence(info);
      assert.deepEqual([read.language, read.path], [language, path]);
    });
  }

  const comments: readonly [line: string, language: string, path: string | undefined][] = [
    ["// src/a.ts", "ts", "src/a.ts"],
    ["# tools/run.py", "python", "tools/run.py"],
    ["<!-- index.html -->", "html", "index.html"],
    ["/* style.css */", "css", "style.css"],
    ["-- schema.sql", "sql", "schema.sql"],
    ["# README.md", "markdown", undefined],
    ["#!/bin/bash", "sh", undefined],
    ["// the first of all", "ts", undefined],
    ["// done.", "ts", undefined],
    ["const a = 1; // src/a.ts", "ts", undefined],
  ];
  for (const [line, language, path] of comments) {
    it(`is read from the first line ${JSON.stringify(line)}`, () => assert.equal(pathInComment(`${line}\n`, language), path));
  }

  it("is no web address and no number", () => {
    assert.deepEqual(["https://a.test/b.ts", "3.14", "a b.ts", "..", "a/"].map(isPath), [false, false, false, false, false]);
  });
});

describe("what can be done with code", () => {
  usePage();

  const button = (label: string) => labelled(label);

  it("is asked for with the code alone, its language and its path", async () => {
    const { asked } = await open(state({ turns: [turn({ answer: "Put this in\n\n**src/a.ts**:\n\n```ts\nconst a = 1;\n\nlet b;\n```\n\nand be done." })] }));
    assert.deepEqual([find(".code-language").textContent, find(".code-path").textContent], ["ts", "src/a.ts"]);
    for (const label of ["Insert at cursor", "Apply to a file…", "Open as a new file"]) button(label).click();
    await until("the requests", () => asked.length === 3);
    const code = { turn: "t1", language: "ts", path: "src/a.ts", text: "const a = 1;\n\nlet b;" };
    assert.deepEqual(asked, [["insertCode", { text: code.text }], ["applyCode", code], ["newFile", code]]);
    assert.equal(button("Run in the terminal").hidden, true);
  });

  it("runs what was typed in a session, and only in a shell's language", async () => {
    const { asked } = await open(state({ turns: [turn({ answer: "```console\n$ npm test\n12 passed\n$ npm start\n```" })] }));
    button("Run in the terminal").click();
    await until("the request", () => asked.length === 1);
    assert.deepEqual(asked, [["runInTerminal", { turn: "t1", language: "console", text: "npm test\nnpm start" }]]);
  });

  it("has what came so far, while more comes", async () => {
    const { shell, asked } = await open(state({ turns: [turn(running)] }));
    shell.emit("text", { turn: "t1", text: "```js\n// lib/a.js\nlet a;\nlet" });
    await until("the code", () => all(".code-path")[0]?.textContent === "lib/a.js");
    const apply = button("Apply to a file…");
    shell.emit("text", { turn: "t1", text: " b;\n```\nText" });
    await until("the rest", () => find(".markdown").textContent.includes("Text"));
    assert.equal(button("Apply to a file…"), apply);
    apply.click();
    await until("the request", () => asked.length === 1);
    assert.deepEqual(asked[0]?.[1], { turn: "t1", language: "js", path: "lib/a.js", text: "// lib/a.js\nlet a;\nlet b;" });
  });

  it("is one stop of the Tab key, and the arrows move inside it", async () => {
    await open(state({ turns: [turn({ answer: "```sh\nls\n```" })] }));
    const tools = all(".code-tools button").filter(({ hidden }) => !hidden);
    assert.deepEqual(tools.map(({ tabIndex }) => tabIndex), [0, -1, -1, -1, -1]);
    tools[0]?.focus();
    press(tools[0]!, "End");
    assert.equal(document.activeElement, button("Run in the terminal"));
    for (const tool of tools) assert.equal(tool.title, tool.getAttribute("aria-label"));
  });

  it("folds a long block", async () => {
    await open(state({ turns: [turn({ answer: `\`\`\`\n${"line\n".repeat(30)}\`\`\`` })] }));
    const fold = button("Fold the code");
    fold.click();
    assert.deepEqual([fold.getAttribute("aria-expanded"), fold.title, find("pre").classList.contains("folded")], ["false", "Show all 30 lines", true]);
    fold.click();
    assert.equal(find("pre").classList.contains("folded"), false);
  });
});

describe("code that is drawn", () => {
  usePage();

  const nothing = () => undefined;
  const block = (language: string) => new CodeBlock({ language }, undefined, { copy: () => Promise.resolve(), insert: nothing, apply: nothing, newFile: nothing, runInTerminal: nothing });
  const text = ({ element }: CodeBlock) => element.querySelector("code")?.textContent;

  it("keeps the colours of a comment over several lines", () => {
    const code = block("ts");
    code.push(["/* one\n", "two\n"]);
    code.showPartial("three */ let a");
    assert.deepEqual([...code.element.querySelectorAll(".hljs-comment, .hljs-keyword")].map((span) => span.textContent), ["/* one\ntwo\nthree */", "let"]);
    code.push(["three */ let a;\n"]);
    code.showPartial("");
    assert.equal(text(code), "/* one\ntwo\nthree */ let a;\n");
  });

  it("never touches lines again that are final", () => {
    const code = block("ts");
    code.push(["const a = 1;\n"]);
    const first = code.element.querySelector(".hljs-keyword");
    code.push(["const b = 2;\n", "const c = 3;\n"]);
    assert.ok(first);
    assert.equal(code.element.querySelector(".hljs-keyword"), first);
  });

  it("escapes nothing twice and makes nothing live", () => {
    const code = block("html");
    code.push(["<b title=\"&amp;\" onclick='x'>&lt;</b>\n", "<script>alert(1)</script>\n"]);
    assert.equal(text(code), "<b title=\"&amp;\" onclick='x'>&lt;</b>\n<script>alert(1)</script>\n");
    assert.deepEqual([...new Set([...code.element.querySelectorAll("code *")].map(({ tagName }) => tagName))], ["SPAN"]);
  });

  it("takes a comment without an end, and a line of a million characters", () => {
    const code = block("ts");
    const lines = ["/*\n", ...Array.from({ length: 500 }, (_, i) => `line ${i}\n`), `${"x".repeat(1_000_000)}\n`];
    code.push(lines);
    code.showPartial("");
    assert.equal(text(code), lines.join(""));
  });
});
