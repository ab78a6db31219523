import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import type { Frame, Locator, Page } from "playwright-core";
import { root } from "../../scripts/lib/project.mjs";
import type { Handlers } from "../../src/common/rpc";
import type { ShellContract, ViewAttachment, ViewMention, ViewSlashCommand } from "../../src/webview/protocol";
import { BarePage, type BarePageOptions, type BareTheme, bareThemes } from "./barePage";
import { eventually } from "./eventually";
import { emptyState, someTurn } from "../fixtures/quietShell";

const kinds: readonly ViewMention[] = [
  { kind: "selection", id: "", label: "Selection", detail: "routePlanner.ts:12-23" },
  { kind: "openEditors", id: "", label: "Open editors", detail: "3 files" },
  { kind: "problems", id: "", label: "Problems", detail: "2 errors, 1 warning" },
  { kind: "symbol", id: "", label: "Symbols", opens: true },
  { kind: "folder", id: "", label: "Folders", opens: true },
  { kind: "gitDiff", id: "", label: "Git changes", detail: "4 files" },
  { kind: "codebase", id: "", label: "Codebase", detail: "Search it for this question" },
];

const files: readonly ViewMention[] = ["routePlanner.ts", "rateCard.ts", "aVeryLongNameOfAFileThatHasNoEnd.controller.spec.ts"].map((label) => ({
  kind: "file",
  id: `src/${label}`,
  label,
  detail: "packages/logistics/src/planning",
}));

const symbols: readonly ViewMention[] = [{ kind: "symbol", id: "s", label: "quickestRoute", detail: "src/routePlanner.ts:12" }];

const commands: readonly ViewSlashCommand[] = [
  { name: "explain", argument: "[what to heed]", description: "Explain the selected or attached code, or the file in front", source: "hearth" },
  { name: "fix", argument: "[what to heed]", description: "Find and fix what is wrong with it", source: "hearth" },
  { name: "clear", description: "Forget this conversation", source: "hearth" },
  { name: "our-style", description: "Look at the code as our style guide does", source: "workspace" },
];

const pending: readonly ViewAttachment[] = [
  { path: "src/routePlanner.ts", startLine: 12, endLine: 23, language: "typescript", source: "selection" },
  { path: "src", startLine: 1, endLine: 1, language: "", source: "folder", label: "src (12 files)" },
  { path: "", startLine: 1, endLine: 1, language: "", source: "problems", label: "3 problems" },
];

/** A composer on a bare page, and what it asked for. */
async function open(options: BarePageOptions = {}) {
  const asked: [name: string, params: unknown][] = [];
  const note = (name: string) => (params: unknown) => void asked.push([name, params]);
  const handlers: Partial<Handlers<ShellContract>> = {
    ask: (params) => {
      asked.push(["ask", params]);
      return {};
    },
    mentions: ({ query, kind }) => (kind === "symbol" ? symbols : [...kinds, ...files].filter(({ label }) => label.toLowerCase().includes(query.toLowerCase()))),
    addMention: note("addMention"),
    dropFiles: note("dropFiles"),
    slashCommands: () => commands,
    draftSize: ({ text }) => ({ question: 40 + text.length, history: 1204, contextSize: 4096 }),
    ...options.handlers,
  };
  const bare = await BarePage.open({ state: emptyState({ turns: [someTurn()] }), ...options, handlers });
  return { bare, page: bare.page, asked, input: bare.page.getByRole("textbox", { name: "Question" }) };
}

async function shows(input: Locator, text: string): Promise<void> {
  await eventually(`"${text}" in the input`, async () => ((await input.inputValue()) === text ? true : undefined));
}

/** For the page. */
const field = 'document.querySelector(".composer textarea")';

/** Where the caret is. */
function caret(page: Page): Promise<number> {
  return page.evaluate(`${field}.selectionStart`);
}

/** As the browser does it when a person pastes. */
async function paste(page: Page, text: string): Promise<void> {
  await page.evaluate(`(() => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", ${JSON.stringify(text)});
    ${field}.focus();
    ${field}.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
  })()`);
}

describe("the composer in a browser", () => {
  let opened: Awaited<ReturnType<typeof open>> | undefined;

  afterEach(async function () {
    if (this.currentTest?.state === "failed") await opened?.bare.screenshot(`failed-${this.currentTest.title.replaceAll(/\W+/g, "-")}`);
    await opened?.bare.close();
    opened = undefined;
  });

  async function composer(options?: BarePageOptions) {
    opened = await open(options);
    return opened;
  }

  it("grows with its text up to a part of the window, and shrinks again", async () => {
    const { input } = await composer();
    const height = async () => (await input.boundingBox())?.height ?? 0;
    const one = await height();
    await input.pressSequentially("one");
    await input.press("Shift+Enter");
    await input.pressSequentially("two");
    assert.equal(await input.inputValue(), "one\ntwo");
    const two = await height();
    assert.ok(two > one + 10, `${two} px for two lines, ${one} px for one`);
    await input.fill("line\n".repeat(100));
    assert.ok((await height()) <= 0.41 * 800, `${await height()} px for a hundred lines`);
    await input.fill("");
    assert.equal(await height(), one);
  });

  it("attaches a file by keys alone; Undo brings its word back", async () => {
    const { page, input, asked } = await composer();
    await input.pressSequentially("Explain @rate");
    const option = page.getByRole("option", { name: /rateCard/ });
    await option.waitFor();
    assert.equal(await option.getAttribute("aria-selected"), "true");
    await input.press("Enter");
    await shows(input, "Explain ");
    assert.deepEqual(asked, [["addMention", { kind: "file", id: "src/rateCard.ts" }]]);
    await page.keyboard.press("Control+Z");
    await shows(input, "Explain @rate");
  });

  it("opens a kind, and keeps the list over the caret and inside the window", async () => {
    const { page, input } = await composer();
    await input.fill("First line\nand @");
    await input.press("End");
    await input.pressSequentially("sym");
    await page.getByRole("option", { name: /Symbols/ }).click();
    await shows(input, "First line\nand @symbol:");
    await page.getByRole("option", { name: /quickestRoute/ }).waitFor();
    const list = await page.locator(".suggestions").boundingBox();
    const box = await input.boundingBox();
    assert.ok(list && box && list.x >= 0 && list.x + list.width <= 420, "inside the window");
    assert.ok(list.y + list.height > box.y, "it covers the first line, not the second one");
    assert.ok(list.y + list.height < box.y + box.height - 18);
    await page.getByRole("option", { name: /quickestRoute/ }).click();
    await shows(input, "First line\nand ");
    assert.equal(await page.evaluate(`${field} === document.activeElement`), true);
  });

  it("pastes what is no code of the workspace at the caret, in one step of Undo, whatever is typed meanwhile", async () => {
    let reply: (attached: boolean) => void = () => assert.fail("nothing was asked");
    const { page, input, asked } = await composer({ handlers: { pasteCode: () => new Promise((resolve) => (reply = resolve)) } });
    await input.fill("Before  after");
    await page.evaluate(`${field}.setSelectionRange(7, 7)`);
    await paste(page, "one\r\ntwo");
    await page.keyboard.type("!");
    await page.keyboard.press("Enter");
    await shows(input, "Before ! after");
    reply(false);
    await eventually("the question", () => (asked.length > 0 ? true : undefined));
    assert.deepEqual(asked, [["ask", { text: "Before one\ntwo! after" }]]);
  });

  it("undoes a paste that it wrote", async () => {
    const { page, input } = await composer();
    await input.pressSequentially("x");
    await paste(page, "one\ntwo");
    await shows(input, "xone\ntwo");
    assert.equal(await caret(page), 8);
    await page.keyboard.press("Control+Z");
    await shows(input, "x");
  });

  it("sends nothing while a word is being composed", async () => {
    const { page, input, asked } = await composer();
    await input.focus();
    const session = await page.context().newCDPSession(page);
    await session.send("Input.imeSetComposition", { text: "に", selectionStart: 1, selectionEnd: 1 });
    await session.send("Input.dispatchKeyEvent", { type: "keyDown", key: "Process", code: "Enter", windowsVirtualKeyCode: 229 });
    await shows(input, "に");
    assert.deepEqual(asked, []);
    await session.send("Input.insertText", { text: "日" });
    await shows(input, "日");
    await input.press("Enter");
    await eventually("the question", () => (asked.length > 0 ? true : undefined));
    assert.deepEqual(asked, [["ask", { text: "日" }]]);
  });

  it("takes files that are dropped on the view", async () => {
    const { bare, page, asked } = await composer({ state: emptyState({ pending }) });
    const drag = (type: string) => `(() => {
      const dataTransfer = new DataTransfer();
      dataTransfer.setData("application/vnd.code.uri-list", "file:///workspace/src/a.ts");
      document.querySelector(".messages").dispatchEvent(new DragEvent("${type}", { dataTransfer, bubbles: true, cancelable: true }));
    })()`;
    await page.evaluate(drag("dragover"));
    await page.getByText("Drop to attach").waitFor();
    await bare.screenshot("composer-drop");
    await page.evaluate(drag("drop"));
    await eventually("the files", () => (asked.length > 0 ? true : undefined));
    assert.deepEqual(asked, [["dropFiles", { uris: ["file:///workspace/src/a.ts"] }]]);
    await page.getByText("Drop to attach").waitFor({ state: "hidden" });
  });

  for (const theme of bareThemes) {
    it(`warns of a question that is too large, with its attachments in sight: ${theme}`, async () => {
      const { bare, page, input } = await composer({ theme, state: emptyState({ pending }), handlers: { draftSize: () => ({ question: 3100, history: 1204, contextSize: 4096 }) } });
      await input.fill("Explain all of this");
      await page.locator(".draft-size.too-large").getByText("~3,100 tokens · 1,204 of 4,096 used").waitFor();
      await page.getByRole("status").filter({ hasText: "the oldest turns have to leave it" }).waitFor({ state: "attached" });
      await bare.screenshot(`composer-too-large-${theme}`);
      await assertAccessible(page);
    });
  }

  it("draws its chips exactly behind their words, also where the text has scrolled", async () => {
    const { bare, page, input } = await composer({ width: 300 });
    await input.fill("/");
    await page.getByRole("option").first().waitFor();
    await input.fill(`/fix ${"some words ".repeat(9)}and @symbol:`);
    await page.getByRole("option").first().waitFor();
    await input.press("Escape");
    await bare.screenshot("composer-marks");
    await input.fill(`/fix ${"line\n".repeat(40)}and @symbol:`);
    const shown = page.locator(".input-clip mark").last();
    const [mark, box] = [await shown.boundingBox(), await input.boundingBox()];
    assert.ok(mark && box && mark.y > box.y && mark.y + mark.height <= box.y + box.height, "in the last line, which is in sight");
    await bare.screenshot("composer-marks-scrolled");
  });

  it("reaches everything with the Tab key", async () => {
    const { page, input } = await composer({ state: emptyState({ pending }) });
    await input.focus();
    await page.keyboard.press("Shift+Tab");
    const focused = () => page.evaluate<string>("document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent");
    assert.equal(await focused(), "Remove src/routePlanner.ts:12-23");
    await page.keyboard.press("ArrowRight");
    assert.equal(await focused(), "Remove src (12 files)");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    assert.equal(await focused(), "Attach files, symbols and more (@)");
    await page.keyboard.press("Tab");
    assert.equal(await focused(), "Code context");
  });

  const looks: readonly (readonly [name: string, options: Pick<BarePageOptions, "width" | "height" | "zoom" | "theme">])[] = [
    ...bareThemes.map((theme: BareTheme) => [theme, { theme }] as const),
    ["narrow", { width: 240, height: 600 }],
    ["zoomed", { width: 480, height: 700, zoom: 2, theme: "light" }],
    ["wide", { width: 1100, height: 700 }],
  ];
  for (const [name, options] of looks) {
    it(`looks right: ${name}`, async () => {
      const { bare, page, input } = await composer({ ...options, state: emptyState({ turns: [someTurn()], pending }) });
      await input.pressSequentially("Explain how @");
      await page.getByRole("option").first().waitFor();
      await input.press("ArrowDown");
      await page.getByText("~53 tokens").waitFor();
      await bare.screenshot(`composer-mentions-${name}`);
      await assertInside(page.mainFrame(), ".suggestions");
      await assertOver(page.locator(".suggestions"), input);
      await input.press("Escape");
      await input.fill("/");
      await page.getByRole("option").first().waitFor();
      await bare.screenshot(`composer-commands-${name}`);
      await assertInside(page.mainFrame(), ".composer-box *");
      await assertAccessible(page);
    });
  }
});

/** The list ends where the field's line begins. */
async function assertOver(list: Locator, input: Locator): Promise<void> {
  const [above, below] = [await list.boundingBox(), await input.boundingBox()];
  assert.ok(above && below && above.y >= 0 && above.y + above.height <= below.y + 3, "over the line that is written");
}

/** axe-core finds nothing in the composer as it is shown now. */
async function assertAccessible(page: Page): Promise<void> {
  await page.evaluate(readFileSync(path.join(root, "node_modules", "axe-core", "axe.min.js"), "utf8"));
  const found = await page.evaluate<string[]>(`axe.run(".composer").then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ": " + html)))`);
  assert.deepEqual(found, []);
}

/** Nothing is cut off at the sides of the window. */
async function assertInside(frame: Frame, selector: string): Promise<void> {
  const outside = await frame.evaluate<string[]>(`[...document.querySelectorAll(${JSON.stringify(selector)})].filter((one) => {
    const { left, right, width } = one.getBoundingClientRect();
    return width > 0 && (left < 0 || right > innerWidth) && !one.closest(".visually-hidden, .suggestion");
  }).map((one) => one.className)`);
  assert.deepEqual(outside, []);
}
