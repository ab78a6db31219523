import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { FileBytes } from "../../../src/rag/fileBytes";
import { linesOf, splitLines, textLines } from "../../../src/rag/sourceText";
import { seeded } from "../../fixtures/seeded";
import { temporaryFolder } from "./workspace";

describe("file bytes", () => {
  it("reads one file after the other, short and long", () => {
    const folder = temporaryFolder();
    const files = new FileBytes();
    for (const [name, length] of [["empty", 0], ["short", 12], ["long", 700_000], ["last", 300]] as const) {
      const content = Buffer.alloc(length, name);
      writeFileSync(path.join(folder, name), content);
      assert.ok(files.read(path.join(folder, name))?.equals(content), name);
    }
  });

  it("has nothing of what is no file, and waits for nothing", () => {
    const folder = temporaryFolder();
    mkdirSync(path.join(folder, "folder"));
    const files = new FileBytes();
    assert.equal(files.read(path.join(folder, "missing")), undefined);
    assert.equal(files.read(path.join(folder, "folder")), undefined);
    if (process.platform === "win32") return;
    execFileSync("mkfifo", [path.join(folder, "pipe")]);
    assert.equal(files.read(path.join(folder, "pipe")), undefined);
  });
});

describe("lines of a text", () => {
  it("are those of the split text, whatever the line ends are", () => {
    const random = seeded(5);
    for (let round = 0; round < 500; round++) {
      const pieces = round % 2 === 0 ? ["a", "bc", "\n", "\n"] : ["a", "ü", "\n", "\r\n", "\r"];
      const text = Array.from({ length: Math.floor(random() * 9) }, () => pieces[Math.floor(random() * pieces.length)]!).join("");
      const [fast, plain] = [textLines(text), linesOf(splitLines(text))];
      assert.equal(fast.count, plain.count, JSON.stringify(text));
      for (let start = 1; start <= plain.count + 2; start++) {
        for (let end = start; end <= plain.count + 2; end++) assert.equal(fast.range(start, end), plain.range(start, end), `${JSON.stringify(text)} ${start}-${end}`);
      }
    }
  });
});
