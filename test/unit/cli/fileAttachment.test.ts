import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { HearthError } from "../../../src/common/errors";
import { fileAttachment } from "../../../src/cli/fileAttachment";

describe("a file that is attached by its name", () => {
  let folder: string;

  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "hearth-attach-"));
    await mkdir(path.join(folder, "src"));
    await writeFile(path.join(folder, "src", "a.ts"), "one\r\ntwo\r\nthree\r\n");
    await writeFile(path.join(folder, "odd:2"), "its name ends like a line\n");
    await writeFile(path.join(folder, "empty.txt"), "\n");
    await writeFile(path.join(folder, "binary"), Buffer.from([1, 0, 2]));
    await writeFile(path.join(folder, "wide.txt"), Buffer.from("\ufeffwide\n", "utf16le"));
  });

  after(() => rm(folder, { recursive: true, force: true }));

  const table: readonly [name: string, file: string, first: number, last: number, text: string, language: string][] = [
    ["src/a.ts", "src/a.ts", 1, 3, "one\ntwo\nthree", "typescript"],
    ["./src/a.ts:2", "src/a.ts", 2, 2, "two", "typescript"],
    ["src/a.ts:2-9", "src/a.ts", 2, 3, "two\nthree", "typescript"],
    ["odd:2", "odd:2", 1, 1, "its name ends like a line", "plaintext"],
    ["wide.txt", "wide.txt", 1, 1, "wide", "plaintext"],
  ];
  for (const [name, file, startLine, endLine, text, language] of table) {
    it(`reads ${name}`, async () => assert.deepEqual(await fileAttachment(name, folder), { path: file, startLine, endLine, text, language }));
  }

  it("names a file outside the folder by its whole path", async () => {
    const file = path.join(folder, "src", "a.ts");
    assert.equal((await fileAttachment(file, path.join(folder, "elsewhere"))).path, file.replaceAll("\\", "/"));
  });

  const wrong: readonly [name: string, message: RegExp][] = [
    ["none.ts", /There is no file none\.ts/],
    ["none.ts:3", /There is no file none\.ts:3/],
    ["src", /src is a folder/],
    ["binary", /binary is no text file/],
    ["empty.txt", /empty\.txt is empty/],
    ["src/a.ts:9", /lines that are not there: the file has 3/],
    ["src/a.ts:3-2", /lines that are not there/],
    ["src/a.ts:0", /lines that are not there/],
  ];
  for (const [name, message] of wrong) {
    it(`refuses ${name} with a remedy`, () =>
      assert.rejects(fileAttachment(name, folder), (error) => error instanceof HearthError && error.code === "bad-use" && error.remedy !== undefined && message.test(error.message)));
  }
});
