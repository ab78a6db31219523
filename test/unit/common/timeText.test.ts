import assert from "node:assert/strict";
import { counted } from "../../../src/common/counted";
import { setTranslations } from "../../../src/common/l10n";
import { timeText } from "../../../src/common/timeText";

describe("times as people say them", () => {
  const table: readonly [seconds: number, text: string][] = [
    [0, "less than a minute"],
    [59.9, "less than a minute"],
    [60, "1 min"],
    [754, "13 min"],
    [3569, "59 min"],
    [3590, "1 h"],
    [7800, "2 h 10 min"],
    [3600 + 57 * 60, "2 h"],
    [9 * 3600 + 57 * 60, "10 h"],
    [31.4 * 3600, "31 h"],
  ];
  for (const [seconds, text] of table) it(`${seconds} s: ${text}`, () => assert.equal(timeText(seconds), text));
});

describe("counted things", () => {
  afterEach(() => setTranslations({}));

  it("have their numbers in the language of the texts", () => {
    setTranslations({ "": "de" });
    assert.equal(counted(12345, "{0} Datei", "{0} Dateien"), "12.345 Dateien");
  });

  it("are one or many", () => assert.deepEqual([1, 12345].map((count) => counted(count, "{0} file", "{0} files")), ["1 file", "12,345 files"]));
});
