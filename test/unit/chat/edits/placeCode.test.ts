import assert from "node:assert/strict";
import { placeCode, type PlacementKind } from "../../../../src/chat/edits/placeCode";

const zones = `import { depots } from "./depots";

export type Zone = "city" | "mainland";

const islands = new Set(["27498"]);

/** The zone a postcode lies in. */
export function zoneOf(postcode: string): Zone {
  if (islands.has(postcode)) {
    throw new Error("no zone");
  }
  return depots.has(postcode) ? "city" : "mainland";
}

/** Prices by zone. */
export class Prices {
  private readonly table = new Map<Zone, number>();

  set(zone: Zone, price: number): void {
    this.table.set(zone, price);
  }

  of(zone: Zone): number {
    return this.table.get(zone) ?? 0;
  }

  clear(): void {
    this.table.clear();
  }
}
`;

const python = `import os


class Reader:
    """Reads parcels."""

    def __init__(self, path):
        self.path = path

    def read(self):
        with open(self.path) as file:
            return file.read()


def main():
    print(Reader("x").read())


if __name__ == "__main__":
    main()
`;

interface Case {
  readonly name: string;
  readonly file?: string;
  readonly code: string;
  readonly language?: string;
  readonly line?: number;
  readonly kind: PlacementKind;
  /** What the result is: the file with these replaced, in order. */
  readonly changes: readonly [before: string, after: string][];
}

const newZoneOf = `export function zoneOf(postcode: string): Zone {
  return islands.has(postcode) ? "mainland" : "city";
}`;
const oldZoneOf = zones.slice(zones.indexOf("export function"), zones.indexOf("/** Prices") - 2);

const cases: readonly Case[] = [
  { name: "a definition takes the place of the one with its name; the comment over it stays", code: newZoneOf, kind: "definitions", changes: [[oldZoneOf, newZoneOf]] },
  {
    name: "a definition with a comment brings its comment",
    code: `/** Where a postcode lies. */\n${newZoneOf}`,
    kind: "definitions",
    changes: [[`/** The zone a postcode lies in. */\n${oldZoneOf}`, `/** Where a postcode lies. */\n${newZoneOf}`]],
  },
  {
    name: "a method alone finds its place, with the class's indentation",
    code: "of(zone: Zone): number {\n  return 1;\n}",
    kind: "definitions",
    changes: [["    return this.table.get(zone) ?? 0;", "    return 1;"]],
  },
  {
    name: "a class that is shown in part loses none of its other methods",
    code: "export class Prices {\n  of(zone: Zone): number {\n    return 2;\n  }\n}",
    kind: "definitions",
    changes: [["    return this.table.get(zone) ?? 0;", "    return 2;"]],
  },
  {
    name: "a new definition stands behind the one before it",
    code: `${newZoneOf}\n\nexport function isIsland(postcode: string): boolean {\n  return islands.has(postcode);\n}`,
    kind: "definitions",
    changes: [[oldZoneOf, `${newZoneOf}\n\nexport function isIsland(postcode: string): boolean {\n  return islands.has(postcode);\n}`]],
  },
  {
    name: "a new import joins the imports, and one from the same place gives way",
    code: `import { depots, hubs } from "./depots";\nimport { log } from "./log";\n\n${newZoneOf}`,
    kind: "definitions",
    changes: [['import { depots } from "./depots";', 'import { depots, hubs } from "./depots";\nimport { log } from "./log";'], [oldZoneOf, newZoneOf]],
  },
  {
    name: "a constant takes the place of its own",
    code: 'const islands = new Set(["1", "2"]);',
    kind: "definitions",
    changes: [['new Set(["27498"])', 'new Set(["1", "2"])']],
  },
  {
    name: "the whole file takes the place of the whole file",
    code: zones.replace('"no zone"', '"no zone here"').trimEnd(),
    kind: "whole",
    changes: [['"no zone"', '"no zone here"']],
  },
  {
    name: "the path in the first line is no code",
    code: `// src/zones.ts\n${newZoneOf}`,
    kind: "definitions",
    changes: [[oldZoneOf, newZoneOf]],
  },
  {
    name: "a language's name in the first line is no code",
    code: `typescript\n${newZoneOf}`,
    kind: "definitions",
    changes: [[oldZoneOf, newZoneOf]],
  },
  {
    name: "fences are no code",
    code: `\`\`\`ts\n${newZoneOf}\n\`\`\``,
    kind: "definitions",
    changes: [[oldZoneOf, newZoneOf]],
  },
  {
    name: "what is left out between two known lines stays",
    code: 'export function zoneOf(postcode: string): Zone {\n  // ... existing code ...\n  return depots.has(postcode) ? "mainland" : "city";\n}',
    kind: "merged",
    changes: [['  return depots.has(postcode) ? "city" : "mainland";\n', '  return depots.has(postcode) ? "city" : "mainland";\n  return depots.has(postcode) ? "mainland" : "city";\n']],
  },
  {
    name: "what is left out at both ends stays",
    code: '// ... existing code ...\n  if (islands.has(postcode)) {\n    return "mainland";\n  }\n// ... rest unchanged',
    kind: "merged",
    changes: [['    throw new Error("no zone");', '    return "mainland";']],
  },
  {
    name: "code that stands further out than the file's is moved in",
    code: "// ...\nset(zone: Zone, price: number): void {\n  if (price < 0) throw new Error(zone);\n  this.table.set(zone, price);\n}\n// ...",
    kind: "merged",
    changes: [["    this.table.set(zone, price);", "    if (price < 0) throw new Error(zone);\n    this.table.set(zone, price);"]],
  },
  {
    name: "a head that reads otherwise is found by its name",
    code: "export function zoneOf(postcode: string, depot: string): Zone {\n  // ... existing code ...\n}",
    kind: "merged",
    changes: [["zoneOf(postcode: string): Zone {", "zoneOf(postcode: string, depot: string): Zone {"]],
  },
  {
    name: "a class with other methods left out",
    code: "export class Prices {\n  // ... other methods ...\n\n  clear(): void {\n    this.table.clear();\n    this.dirty = false;\n  }\n}",
    kind: "merged",
    changes: [["    this.table.clear();", "    this.table.clear();\n    this.dirty = false;"]],
  },
  {
    name: "code that nothing in the file is like goes to the cursor",
    code: "zoneOf('1');\nzoneOf('2');",
    line: 5,
    kind: "insertion",
    changes: [["\n/** The zone", "zoneOf('1');\nzoneOf('2');\n\n/** The zone"]],
  },
  {
    name: "a new function goes to the cursor",
    code: "function other() {\n  return 1;\n}",
    line: 5,
    kind: "insertion",
    changes: [["\n/** The zone", "function other() {\n  return 1;\n}\n\n/** The zone"]],
  },
  {
    name: "at the end where there is no cursor",
    code: "zoneOf('1');",
    kind: "insertion",
    changes: [["    this.table.clear();\n  }\n}\n", "    this.table.clear();\n  }\n}\nzoneOf('1');\n"]],
  },
  {
    name: "Python: a method alone, with its class's indentation",
    file: python,
    language: "python",
    code: "def read(self):\n    return self.path",
    kind: "definitions",
    changes: [["        with open(self.path) as file:\n            return file.read()", "        return self.path"]],
  },
  {
    name: "Python: what a comment leaves out stays",
    file: python,
    language: "python",
    code: "class Reader:\n    # ... existing code ...\n\n    def read(self):\n        with open(self.path, encoding=\"utf8\") as file:\n            return file.read()",
    kind: "merged",
    changes: [["open(self.path)", 'open(self.path, encoding="utf8")']],
  },
  {
    name: "Python: dots alone leave out; what the code has not between its own lines goes",
    file: python,
    language: "python",
    code: "class Reader:\n    def __init__(self, path, mode):\n        self.path = path\n    ...",
    kind: "merged",
    changes: [['    """Reads parcels."""\n\n    def __init__(self, path)', "    def __init__(self, path, mode)"]],
  },
  { name: "an empty file takes all", file: "", code: newZoneOf, kind: "whole", changes: [["", newZoneOf]] },
];

describe("code from an answer goes into a file", () => {
  for (const { name, file = zones, code, language = "typescript", line, kind, changes } of cases) {
    it(name, () => {
      const placed = placeCode({ file, code, language, ...(line !== undefined && { line }) });
      const expected = changes.reduce((text, [before, after]) => {
        assert.ok(text.includes(before), `the test's own text has ${before}`);
        return text.replace(before, () => after);
      }, file);
      assert.equal(placed.text, expected);
      assert.equal(placed.kind, kind);
    });
  }

  it("in the file's manner: its line ends and byte order mark", () => {
    const file = `\uFEFF${zones.replaceAll("\n", "\r\n")}`;
    const placed = placeCode({ file, code: newZoneOf, language: "typescript" });
    assert.equal(placed.text, file.replace(oldZoneOf.replaceAll("\n", "\r\n"), () => newZoneOf.replaceAll("\n", "\r\n")));
  });

  it("names what gave way", () => {
    assert.deepEqual(placeCode({ file: zones, code: newZoneOf, language: "typescript" }).names, ["zoneOf"]);
  });

  const refused: readonly [name: string, code: string, language: string, message: RegExp][] = [
    ["prose", "Here is how you can change the function so that it works.\nIt looks the postcode up first.", "typescript", /reads like text/],
    ["prose before code", "Here is the corrected function:\n\nfunction zoneOf() {\n  return 1;\n}", "typescript", /reads like text/],
    ["a list of steps", "1. Open the file with the editor.\n2. Change the name of the function to zoneOf.", "", /reads like text/],
    ["code that leaves out what the file does not have", "function nowhere() {\n  // ... existing code ...\n}", "typescript", /leaves out lines/],
  ];
  for (const [name, code, language, message] of refused) {
    it(`but not ${name}`, () => {
      assert.throws(() => placeCode({ file: zones, code, language }), message);
    });
  }

  it("a text may be prose where the file is one", () => {
    assert.equal(placeCode({ file: "", code: "This is how it works.", language: "markdown" }).text, "This is how it works.");
  });

  it("a name that stands there twice is no place", () => {
    const file = "class A {\n  run() {\n    a();\n  }\n}\n\nclass B {\n  run() {\n    b();\n  }\n}\n";
    assert.equal(placeCode({ file, code: "run() {\n  c();\n}", language: "javascript", line: 0 }).kind, "insertion");
  });
});
