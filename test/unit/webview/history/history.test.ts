import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { HearthError } from "../../../../src/common/errors";
import { type EmptyContract, portPair, RpcPeer } from "../../../../src/common/rpc";
import { HistoryPage } from "../../../../src/webview/history/historyPage";
import { rowTime, timeGroups } from "../../../../src/webview/history/timeGroups";
import type { ShellContract, ViewConversation } from "../../../../src/webview/protocol";
import { all, find, labelled, press } from "../chatPage";
import { until, usePage } from "../page";

const hour = 3600 * 1000;

function row(id: string, part: Partial<ViewConversation> = {}): ViewConversation {
  return { id, title: `Chat ${id}`, updatedAt: Date.now() - hour / 60, turns: 2, pinned: false, open: false, ...part };
}

/** The page over an input, on a shell that notes what is asked and lists `rows`. */
async function open(rows: readonly ViewConversation[] = [row("a"), row("b"), row("c")]) {
  const asked: [name: string, params: unknown][] = [];
  const shell = { rows, refuse: undefined as string | undefined };
  const note = (name: string) => (params: unknown) => {
    asked.push([name, params]);
    if (shell.refuse !== undefined) throw new HearthError("bad-use", shell.refuse);
  };
  const [a, b] = portPair();
  const handlers = {
    history: (params: { query: string; all: boolean }) => {
      note("history")(params);
      return shell.rows.filter(({ title }) => title.includes(params.query));
    },
    ...Object.fromEntries(["openConversation", "renameConversation", "pinConversation", "deleteConversation", "restoreConversation", "exportConversation"].map((name) => [name, note(name)])),
    importConversation: () => ({ id: "new", title: "Fresh" }),
  };
  new RpcPeer<ShellContract, EmptyContract>(a, handlers as never);
  const input = document.createElement("textarea");
  const page = new HistoryPage(new RpcPeer<EmptyContract, ShellContract>(b, {}), () => input.focus());
  document.body.append(input, page.element);
  input.focus();
  await page.show();
  return { page, shell, asked, input, since: () => asked.splice(0) };
}

const titles = () => all(".history-title").map((title) => title.textContent);
const focusedRow = () => (document.activeElement as HTMLElement).closest<HTMLElement>(".history-row")?.dataset["id"];
const search = () => find<HTMLInputElement>(".history-search");

describe("the page of the history", () => {
  usePage();

  it("lists under headings of time", async () => {
    await open([row("p", { pinned: true }), row("a"), row("old", { updatedAt: Date.UTC(2020, 4, 5), workspace: "Elsewhere", turns: 1 })]);
    assert.deepEqual(all(".history-heading").map((heading) => heading.textContent), ["Pinned", "Today", "May 2020"]);
    assert.deepEqual(titles(), ["Chat p", "Chat a", "Chat old"]);
    assert.match(all(".history-detail")[2]!.textContent, /^May 5, 2020 · 1 question · Elsewhere$/);
    assert.deepEqual(all(".history-list > ul").map((list) => list.getAttribute("aria-label")), ["Pinned", "Today", "May 2020"]);
  });

  it("covers the chat while it is open, and gives the focus back", async () => {
    const { page, input } = await open();
    assert.equal(document.activeElement, search());
    assert.ok(input.hasAttribute("inert"));
    press(search(), "Escape");
    assert.deepEqual([page.isOpen, input.hasAttribute("inert"), document.activeElement], [false, false, input]);
  });

  it("searches when typing rests, and shows the last answer only", async () => {
    const { since } = await open();
    since();
    for (const text of ["C", "Chat ", "Chat b"]) {
      search().value = text;
      search().dispatchEvent(new window.Event("input"));
    }
    await until("one row", () => titles().length === 1);
    assert.deepEqual(since(), [["history", { query: "Chat b", all: false }]]);
    search().value = "nothing";
    search().dispatchEvent(new window.Event("input"));
    await until("none", () => !find(".history-empty").hidden);
    assert.equal(find(".history-empty").textContent, "No chat has these words.");
    press(search(), "Escape");
    await until("all", () => titles().length === 3);
  });

  it("has one stop for the Tab key in its list; arrows, Home and End move, to the buttons of a row too", async () => {
    await open();
    press(search(), "ArrowDown");
    assert.equal(focusedRow(), "a");
    for (const [key, expected] of [["ArrowDown", "b"], ["End", "c"], ["ArrowDown", "c"], ["Home", "a"], ["ArrowUp", "a"], ["ArrowDown", "b"]] as const) {
      press(document.activeElement!, key);
      assert.equal(focusedRow(), expected);
    }
    assert.deepEqual(all(".history-open").map((button) => button.tabIndex), [-1, 0, -1]);
    press(document.activeElement!, "ArrowRight");
    assert.equal((document.activeElement as HTMLElement).title, "Open in a tab");
    press(document.activeElement!, "ArrowRight");
    assert.equal((document.activeElement as HTMLElement).title, "Rename");
    press(document.activeElement!, "ArrowDown");
    assert.equal(focusedRow(), "c");
  });

  it("opens in place and in a tab", async () => {
    const { page, since } = await open();
    since();
    all(".history-open")[1]!.click();
    await until("the page to close", () => !page.isOpen);
    await page.show();
    all(".history-open")[0]!.focus();
    press(document.activeElement!, "Enter", { ctrlKey: true });
    await until("the page to close", () => !page.isOpen);
    assert.deepEqual(since().filter(([name]) => name !== "history"), [["openConversation", { id: "b", inTab: false }], ["openConversation", { id: "a", inTab: true }]]);
  });

  it("renames in place; Escape leaves the title", async () => {
    const { since } = await open();
    since();
    for (const [key, text] of [["Escape", "No"], ["Enter", "Chat a"], ["Enter", "Better"]] as const) {
      all(".history-open")[0]!.focus();
      press(document.activeElement!, "F2");
      const input = find<HTMLInputElement>(".history-rename");
      assert.equal(input.value, "Chat a");
      input.value = text;
      press(input, key);
      assert.equal(focusedRow(), "a");
    }
    await sleep(1);
    assert.deepEqual(since(), [["renameConversation", { id: "a", title: "Better" }]]);
  });

  it("deletes, keeps the focus near, and takes it back by button or key", async () => {
    const { page, shell, since } = await open();
    since();
    for (const undo of [() => find<HTMLButtonElement>(".toast .button").click(), () => void press(document.activeElement!, "z", { ctrlKey: true })]) {
      const rows = shell.rows;
      all(".history-open")[1]!.focus();
      press(document.activeElement!, "Delete");
      await until("the toast", () => find(".toast").textContent.includes("Deleted: Chat b"));
      shell.rows = rows.filter(({ id }) => id !== "b");
      await page.refresh();
      assert.equal(focusedRow(), "c");
      undo();
      shell.rows = rows;
      await page.refresh();
      assert.equal(find(".toast").textContent, "");
    }
    assert.deepEqual(since().filter(([name]) => name !== "history"), [["deleteConversation", { id: "b" }], ["restoreConversation", { id: "b" }], ["deleteConversation", { id: "b" }], ["restoreConversation", { id: "b" }]]);
  });

  it("pins, exports, imports, and shows all workspaces", async () => {
    const { since } = await open();
    since();
    for (const title of ["Pin", "Export as Markdown", "Export as JSON"]) find<HTMLButtonElement>(`.history-row:first-child button[title="${title}"]`).click();
    labelled("Import a chat").click();
    await until("the import", () => find(".history > .visually-hidden").textContent === "Imported: Fresh");
    const [here, everywhere] = all(".history-scope button") as HTMLButtonElement[];
    everywhere!.click();
    assert.deepEqual([here!.ariaPressed ?? here!.getAttribute("aria-pressed"), everywhere!.getAttribute("aria-pressed")], ["false", "true"]);
    await sleep(5);
    assert.deepEqual(since(), [["pinConversation", { id: "a", pinned: true }], ["exportConversation", { id: "a", format: "markdown" }], ["exportConversation", { id: "a", format: "json" }], ["history", { query: "", all: true }]]);
  });

  it("tells on the page what could not be done", async () => {
    const { shell, page } = await open();
    shell.refuse = "The disk is full.";
    find<HTMLButtonElement>('.history-row:first-child button[title="Delete"]').click();
    await until("the problem", () => find(".history-problem").textContent === "The disk is full.");
    assert.equal(find(".toast").textContent, "");
    assert.ok(page.isOpen);
  });

  it("puts a thousand rows on the page by portions, and reaches the last one by key", async () => {
    await open(Array.from({ length: 1000 }, (_, at) => row(`n${at}`)));
    assert.ok(all(".history-row").length < 200);
    press(search(), "ArrowDown");
    for (let at = 0; at < 150; at++) press(document.activeElement!, "ArrowDown");
    assert.equal(focusedRow(), "n150");
    press(document.activeElement!, "End");
    assert.deepEqual([focusedRow(), all(".history-row").length], ["n999", 1000]);
  });
});

describe("the times of the history", () => {
  usePage();
  const now = new Date(2026, 2, 10, 12, 0);
  const times: readonly [time: Date, group: string, shown: RegExp][] = [
    [new Date(2026, 2, 10, 0, 0), "Today", /00:00|12:00/],
    [new Date(2026, 2, 9, 23, 59), "Yesterday", /^Mon/],
    [new Date(2026, 2, 8, 23, 59), "Previous 7 days", /^Sun/],
    [new Date(2026, 2, 3, 0, 0), "Previous 7 days", /^Tue/],
    [new Date(2026, 2, 2, 23, 59), "March 2026", /2 Mar 2026|Mar 2, 2026/],
    [new Date(2025, 11, 31), "December 2025", /2025/],
  ];
  for (const [time, group, shown] of times) {
    it(`put ${time.toDateString()} under ${group}`, () => {
      assert.deepEqual(timeGroups([row("a", { updatedAt: time.getTime() })], now).map(({ label }) => label), [group]);
      assert.match(rowTime(time.getTime(), now), shown);
    });
  }
});
