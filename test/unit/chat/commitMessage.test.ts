import assert from "node:assert/strict";
import { cleanCommitMessage, commitPrompt, fitDiffs, splitDiff } from "../../../src/chat/commitMessage";
import { writeCommitMessage } from "../../../src/chat/writeCommitMessage";
import { chatSettings, FakeModel } from "./fakes";

const diff = `diff --git a/src/a.ts b/src/a.ts
index 1..2 100644
--- a/src/a.ts
+++ b/src/a.ts
@@ -1 +1 @@
-const a = 1;
+const a = 2;
diff --git a/old name.md b/old name.md
deleted file mode 100644
--- a/old name.md
+++ /dev/null
@@ -1 +0,0 @@
-text
diff --git a/from.ts b/to.ts
similarity index 100%
rename from from.ts
rename to to.ts
`;

describe("splitDiff", () => {
  it("takes a diff apart by files", () => {
    assert.deepEqual(splitDiff(diff).map(({ path }) => path), ["src/a.ts", "old name.md", "to.ts"]);
    assert.match(splitDiff(diff)[0]!.text, /^diff --git[\s\S]*\+const a = 2;$/);
    assert.deepEqual(splitDiff(""), []);
  });
});

describe("fitDiffs", () => {
  const file = (path: string, lines: number) => ({ path, text: Array.from({ length: lines }, (_, i) => `+line ${i % 10} of it`).join("\n") });
  const tokens = (files: readonly { text: string }[]) => files.map(({ text }) => text.split(/\s+/).filter(Boolean).length);

  it("leaves what fits as it is", () => {
    const files = [file("a.ts", 3), file("b.ts", 5)];
    assert.deepEqual(fitDiffs(files, tokens(files), 1000), files);
  });

  it("cuts the longest first, at a line's end, and keeps to the budget", () => {
    const files = [file("short.ts", 10), file("long.ts", 500), file("longer.ts", 900)];
    const cut = fitDiffs(files, tokens(files), 600);
    assert.deepEqual(cut[0], files[0]);
    const sizes = tokens(cut);
    assert.ok(sizes.reduce((sum, size) => sum + size, 0) <= 600 + 2, String(sizes));
    assert.ok(Math.abs(sizes[1]! - sizes[2]!) < 10, String(sizes));
    for (const { text } of cut.slice(1)) assert.match(text, /of it\n\(cut\)$/);
  });

  it("gives files that tools write only what is left, and keeps the names of those without room", () => {
    const files = [file("package-lock.json", 400), file("a.ts", 100)];
    assert.deepEqual(fitDiffs(files, tokens(files), 410), [{ path: "package-lock.json", text: "" }, files[1]]);
    const many = Array.from({ length: 50 }, (_, i) => file(`f${i}.ts`, 20));
    assert.deepEqual(new Set(fitDiffs(many, tokens(many), 100).map(({ text }) => text)), new Set([""]));
  });
});

describe("the prompt of a commit message", () => {
  it("has the style's examples, the draft, the diff, and the names of what was left out", () => {
    const prompt = commitPrompt({ files: [{ path: "a.ts", text: "+a" }, { path: "b.ts", text: "" }], recentSubjects: ["Add crates"], draft: "Fix: " });
    assert.match(prompt, /- Add crates[\s\S]*Fix:[\s\S]*\+a[\s\S]*Changed too:\n- b\.ts/);
  });
});

describe("cleanCommitMessage", () => {
  const cases: readonly [name: string, answer: string, message: string][] = [
    ["a plain one", "Add a rate card\n\nIt has two zones.", "Add a rate card\n\nIt has two zones."],
    ["fences", "```text\nAdd a rate card\n```", "Add a rate card"],
    ["a fence that is still open", "```\nAdd a", "Add a"],
    ["quotes", '"Add a rate card"', "Add a rate card"],
    ["a quote that is still open", '"Add a rate', "Add a rate"],
    ["words that are quoted inside", '"Rate" becomes "rate"', '"Rate" becomes "rate"'],
    ["an introduction", "Here is the commit message:\n\nAdd a rate card.", "Add a rate card"],
    ["a label", "Commit message: Add a rate card", "Add a rate card"],
    ["no empty line after the subject", "Add a rate card\nIt has two zones.", "Add a rate card\n\nIt has two zones."],
    ["nothing", "  \n", ""],
  ];
  for (const [name, answer, message] of cases) it(`mends ${name}`, () => assert.equal(cleanCommitMessage(answer), message));

  it("keeps the subject and the lines of the body to 72 characters", () => {
    const message = cleanCommitMessage(`${"many words ".repeat(12)}\n\n- ${"listed item ".repeat(12)}\n${"x".repeat(90)}`);
    const [subject = "", gap, ...body] = message.split("\n");
    assert.ok(subject.length <= 72 && gap === "" && subject.startsWith("many words"));
    assert.ok(body.every((line) => line.length <= 72 || /^x{90}$/.test(line)), message);
    assert.ok(body.some((line) => line.startsWith("  listed") || line.startsWith("  item")), "a list's item goes on below its text");
  });
});

describe("writing a commit message", () => {
  const parts = { files: splitDiff(diff), recentSubjects: [], draft: "" };
  const written = async (model: FakeModel, signal = new AbortController().signal, from = parts) => {
    const texts: string[] = [];
    for await (const text of writeCommitMessage({ model, settings: chatSettings }, from, signal)) texts.push(text);
    return texts;
  };

  it("streams the message, in a conversation that is forgotten afterwards", async () => {
    const model = new FakeModel();
    model.contextSize = 2000;
    model.script = "Change a .";
    const texts = await written(model);
    assert.deepEqual([texts[0], texts.at(-1)], ["Change", "Change a"]);
    assert.deepEqual(model.forgotten, [model.requests[0]?.conversation]);
    assert.match(model.requests[0]!.conversation, /^commit-/);
  });

  it("cuts what does not fit the context", async () => {
    const model = new FakeModel();
    model.contextSize = 500;
    const long = { ...parts, files: [{ path: "big.ts", text: "+a line of words\n".repeat(2000) }, ...parts.files] };
    await written(model, new AbortController().signal, long);
    const { user } = model.requests[0]!.turns[0]!;
    assert.match(user, /\(cut\)/);
    assert.ok(user.split(/\s+/).length <= 200, String(user.split(/\s+/).length));
  });

  it("says so when not even the names fit", async () => {
    const model = new FakeModel();
    model.contextSize = 310;
    const many = { ...parts, files: Array.from({ length: 60 }, (_, i) => ({ path: `file ${i}`, text: "+a" })) };
    await assert.rejects(written(model, new AbortController().signal, many), /names of the 60 changed files/);
    assert.equal(model.forgotten.length, 1);
  });
});
