import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { appendHistory, historyFile, readHistory } from "../../../../src/cli/chat/historyFile";
import { editorRows } from "../../../../src/cli/editor/editorRows";
import { InputHistory } from "../../../../src/cli/editor/inputHistory";
import type { KeyEvent } from "../../../../src/cli/editor/keyboard";
import { LineEditor } from "../../../../src/cli/editor/lineEditor";
import { VirtualScreen } from "../../terminal/virtualScreen";

/** "<ctrl+a>" is a key; anything else are letters. */
function keysOf(typed: string): readonly KeyEvent[] {
  if (!typed.startsWith("<")) return Array.from(typed, (text) => ({ kind: "key", name: text, text, ctrl: false, alt: false, shift: false }));
  const parts = typed.slice(1, -1).split("+");
  return [{ kind: "key", name: parts.at(-1) ?? "", text: "", ctrl: parts.includes("ctrl"), alt: parts.includes("alt"), shift: parts.includes("shift") }];
}

function press(editor: LineEditor, ...typed: readonly string[]) {
  return typed.flatMap(keysOf).map((key) => editor.take(key)).at(-1);
}

function editorWith(history: readonly string[] = [], columns = 40, rows = 10) {
  const screen = new VirtualScreen(columns, rows);
  const complete = () => Promise.resolve({ start: 0, candidates: [] });
  const editor = new LineEditor({ screen: { write: (text) => screen.write(text), columns, rows }, prompt: "> ", history: new InputHistory(history), complete, dim: (text) => text, onCompleted: () => undefined });
  editor.open();
  return { screen, editor };
}

function typed(keys: readonly string[], history?: readonly string[]): string | undefined {
  const { editor } = editorWith(history);
  const entered = press(editor, ...keys, "<return>");
  return entered?.kind === "text" ? entered.text : undefined;
}

describe("line editor", () => {
  const edits: readonly [keys: readonly string[], text: string][] = [
    [["ab", "<left>", "x"], "axb"],
    [["ab", "<ctrl+a>", "x", "<ctrl+e>", "y"], "xaby"],
    [["one two", "<ctrl+w>", "x"], "one x"],
    [["one two", "<alt+b>", "<ctrl+k>", "<ctrl+a>", "<ctrl+y>"], "twoone "],
    [["one two", "<ctrl+u>", "x"], "x"],
    [["abc", "<backspace>", "<backspace>"], "a"],
    [["a", "👨‍👩‍👧", "<backspace>"], "a"],
    [["abc", "<home>", "<delete>"], "bc"],
    [["ab", "<ctrl+j>", "cd", "<up>", "x"], "abx\ncd"],
    [["ab", "<alt+return>", "c", "<up>", "<end>", "!"], "ab!\nc"],
    [["<up>"], "last"],
    [["<up>", "<up>"], "first"],
    [["draft", "<up>", "<down>"], "draft"],
    [["<ctrl+r>", "fir"], "first"],
  ];
  for (const [keys, text] of edits) it(`makes ${JSON.stringify(text)} of ${keys.join(" ")}`, () => assert.equal(typed(keys, ["first", "last"]), text));

  it("goes on behind a backslash, but not behind two", () => {
    assert.equal(typed(["a\\", "<return>", "b"]), "a\nb");
    assert.equal(typed(["a\\\\"]), "a\\\\");
  });

  it("shows the part around the cursor of a text that is taller than the screen, and leaves it once", () => {
    const { editor, screen } = editorWith([], 20, 6);
    editor.take({ kind: "paste", text: Array.from({ length: 30 }, (_, at) => `line ${at}`).join("\n") });
    editor.redraw();
    assert.match(screen.visible, /line 29$/);
    assert.equal(screen.visible.split("\n").length, 5);
    press(editor, "<return>");
    assert.equal(screen.text.split("line 29").length, 2);
  });

  it("writes above the input what comes meanwhile", () => {
    const { editor, screen } = editorWith();
    press(editor, "hello");
    editor.above(() => screen.write("A notice.\r\n"));
    assert.equal(screen.text, "A notice.\n> hello");
    assert.deepEqual(screen.cursor, { row: 1, column: 7 });
  });

  it("breaks rows where they are full, wide letters too", () => {
    assert.deepEqual(editorRows({ text: "abcdef", cursor: 6, prompt: "> " }, 8), { rows: ["> abcdef", ""], cursor: { row: 1, column: 2 } });
    assert.deepEqual(editorRows({ text: "ab显存", cursor: 2, prompt: "> " }, 6), { rows: ["> ab显", "  存"], cursor: { row: 0, column: 4 } });
  });
});

describe("history of inputs", () => {
  let home: string;
  beforeEach(async () => void (home = await mkdtemp(path.join(os.tmpdir(), "hearth-history-"))));
  afterEach(() => rm(home, { recursive: true, force: true }));

  it("comes back as it was entered, without what begins with a space", async () => {
    const file = historyFile(path.join(home, "new"));
    assert.deepEqual(await readHistory(file), []);
    for (const input of ["one", "two\nlines", " secret", 'with "quotes"']) appendHistory(file, input);
    assert.deepEqual(await readHistory(file), ["one", "two\nlines", 'with "quotes"']);
  });

  it("keeps the last 1000, and takes no harm of damaged lines", async () => {
    const file = historyFile(home);
    await writeFile(file, `${Array.from({ length: 2500 }, (_, at) => JSON.stringify(`q${at}`)).join("\n")}\n{"a": 1}\n"cut`);
    const entries = await readHistory(file);
    assert.deepEqual([entries.length, entries[0], entries.at(-1)], [998, "q1502", "q2499"]);
    assert.deepEqual(await readHistory(file), entries, "the file was shortened");
  });
});
