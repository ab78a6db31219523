import assert from "node:assert/strict";
import { definitionsIn } from "../../../../src/chat/edits/definitions";
import { fixInstruction } from "../../../../src/chat/edits/editInstructions";
import { editRangeAt, rangeAround } from "../../../../src/chat/edits/editRange";
import { languageId } from "../../../../src/chat/edits/languageId";
import { recallInstructions } from "../../../../src/chat/edits/recallInstructions";

const text = `import a from "a";

/** Doubles. */
export function twice(
  value: number,
): number {
  return value * 2;
}

class Box {
  private size = 1;

  grow(): void {
    if (this.size > 1) {
      this.size++;
    } else {
      this.size = 2;
    }
  }
}

const list = [
  1,
];
twice(2);
`.split("\n");

describe("what an action at the cursor is about", () => {
  const cases: readonly [name: string, line: number, range: readonly [number, number]][] = [
    ["the function, with its comment", 6, [2, 8]],
    ["the function, from its comment", 2, [2, 8]],
    ["the innermost one", 14, [12, 19]],
    ["the class, between its methods", 10, [9, 20]],
    ["a list", 22, [21, 24]],
    ["a line on its own", 24, [24, 25]],
  ];
  for (const [name, line, [start, end]] of cases) it(name, () => assert.deepEqual(rangeAround(text, line), { start, end }));

  it("is a place for new code on an empty line", () => {
    assert.deepEqual(editRangeAt(text, 8), { start: 8, end: 8 });
    assert.deepEqual(editRangeAt(text, 6), { start: 2, end: 8 });
  });

  it("is a line in a function that is too long", () => {
    const long = ["function f() {", ...Array.from({ length: 100 }, () => "  g();"), "}"];
    assert.deepEqual(rangeAround(long, 50), { start: 50, end: 51 });
  });
});

describe("definitions", () => {
  const heads: readonly [line: string, name: string | undefined][] = [
    ["export default async function load() {", "load"],
    ["export abstract class Box<T> extends Base {", "Box"],
    ["export const add = (a: number, b: number): number => a + b;", "add"],
    ["  const add = async (a) => {", "add"],
    ["  const sum = 1;", undefined],
    ["type Zone = 'a' | 'b';", "Zone"],
    ["  async read(path: string): Promise<string> {", "read"],
    ["  get size(): number {", "size"],
    ["  public static void main(String[] args) {", "main"],
    ["def read(self):", "read"],
    ["    async def read(self):", "read"],
    ["func (p *Parcel) Weight() int {", "Weight"],
    ["pub(crate) async fn load<T>(path: &str) -> T {", "load"],
    ["impl<T> Display for Box<T> {", "Box"],
    ["if (a) {", undefined],
    ["  } else if (a) {", undefined],
    ["  return load(a, {", undefined],
    ["describe(\"x\", () => {", undefined],
    ["for (const a of b) {", undefined],
    ["a === b", undefined],
  ];
  for (const [line, name] of heads) it(JSON.stringify(line), () => assert.equal(definitionsIn([line])[0]?.name, name));
});

describe("the instruction to fix a problem", () => {
  it("has its message, its code and the places that have to do with it", () => {
    const problem = { message: "Type 'string' is not assignable.", line: 4, code: "ts 2322", related: [{ path: "b.ts", line: 9, message: "It is declared here." }] };
    assert.equal(
      fixInstruction(problem, "  let a: number = 'x';"),
      "Fix this problem and change nothing else:\nLine 4: Type 'string' is not assignable. (ts 2322)\n- b.ts:9: It is declared here.\nThe line is: let a: number = 'x';",
    );
  });
});

describe("instructions that were used before", () => {
  it("are kept once each, the newest first", () => {
    assert.deepEqual(recallInstructions(["b", "a", "b ", ""]), ["b", "a"]);
    assert.equal(recallInstructions(Array.from({ length: 50 }, (_, at) => `${at}`)).length, 12);
  });

  it("are none where something else was stored", () => {
    for (const stored of [undefined, null, "x", { a: 1 }, [1, {}]]) assert.deepEqual(recallInstructions(stored), []);
  });
});

describe("a fence's language", () => {
  const ids: readonly [string, string][] = [["ts", "typescript"], ["Python", "python"], ["sh", "shellscript"], ["", ""], ["zig", "zig"], ["constructor", "constructor"]];
  for (const [name, id] of ids) it(`${name} is ${id}`, () => assert.equal(languageId(name), id));
});
