import assert from "node:assert/strict";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { ChatView } from "./chatView";
import { eventually } from "./eventually";
import { useWorkbench } from "./useWorkbench";

const themes = [
  ["Light Modern", "vscode-light", "light"],
  ["Default High Contrast", "vscode-high-contrast", "high-contrast"],
  ["Dark Modern", "vscode-dark", "dark"],
] as const;

describe("Ember, on a machine without any model", () => {
  const workbench = useWorkbench(() => ({}));
  const file = (name: string) => path.join(workbench().folder, "src", name);
  /** Lines of a file that are numbered as an editor does. */
  const lineOf = (name: string, text: string) => readFileSync(file(name), "utf8").split("\n").findIndex((line) => line.includes(text)) + 1;

  async function ask(chat: ChatView, question: string): Promise<string> {
    await chat.ask(question);
    await chat.waitForAnswer();
    return said(chat);
  }

  /** The answer as it is read: without the words for screen readers in its links. */
  function said(chat: ChatView): Promise<string> {
    return chat.answerText.evaluate<string, HTMLElement>((answer) => {
      const copy = answer.cloneNode(true) as HTMLElement;
      for (const hidden of copy.querySelectorAll(".visually-hidden")) hidden.remove();
      return copy.textContent;
    });
  }

  /** Asserts that the answer names the place that is cited, and that the definition stands there. */
  async function assertPlace(chat: ChatView, answer: string, name: string, definedIn: string, definition: string): Promise<void> {
    const [, place = "", first = "", last = ""] = /((?:src\/)?[\w/]+\.ts):(\d+)-(\d+)/.exec(answer) ?? [];
    assert.equal(place, `src/${definedIn}`, answer);
    const line = lineOf(definedIn, definition);
    assert.ok(Number(first) <= line && line <= Number(last), `${name} is on line ${line}: ${answer}`);
    await chat.lastTurn.locator(".citations summary").waitFor();
    assert.ok((await chat.citations.allTextContents()).some((text) => text.includes(`${first}-${last}`)), "the place is cited");
  }

  it("offers the model that is set, and says who answers until then", async () => {
    const chat = await workbench().openChat();
    await chat.indexReady();
    const answer = await ask(chat, "Where is zoneOf defined?");
    await assertPlace(chat, answer, "zoneOf", "zones.ts", "function zoneOf(");
    await chat.shows("From Ember, a very small model that comes with Hearth.");
    await chat.lastTurn.getByRole("button", { name: /^Get phi3-mini/ }).waitFor();
    await chat.shows("Until then ember answers");
    assert.equal(await chat.modelName.innerText(), "ember");
    await chat.lastTurn.locator(".citations summary").click();
    for (const [theme, kind, name] of themes) {
      await workbench().changeSettings({ "workbench.colorTheme": theme });
      await chat.frame.locator(`body.${kind}`).waitFor();
      await workbench().screenshot(`ember-where-${name}`);
    }
  });

  it("opens the place that it names", async () => {
    const chat = await workbench().openChat();
    await chat.answerText.locator(".range-link", { hasText: "zones.ts" }).first().click();
    await workbench().activeTab("zones.ts");
    await workbench().screenshot("ember");
  });

  it("uses the turn before for a follow-up", async () => {
    const chat = await workbench().openChat();
    const answer = await ask(chat, "What about its parameters?");
    assert.match(answer, /zoneOf takes postcode and depotPostcode\./);
  });

  it("gives the new place of a function that was moved", async () => {
    const source = readFileSync(file("zones.ts"), "utf8");
    const at = source.indexOf("/** The zone a postcode");
    writeFileSync(file("zones.ts"), source.slice(0, at));
    const lines = `import { islandPostcodes, type Zone } from "./zones.ts";\n\n// ${"moved here\n// ".repeat(11)}moved here\n\n`;
    writeFileSync(file("depotZones.ts"), lines + source.slice(at));
    const chat = await workbench().openChat();
    const answer = await eventually("an answer after the index has followed", async () => {
      const text = await ask(chat, "Where is zoneOf defined?");
      return text.includes("depotZones.ts") ? text : undefined;
    });
    await assertPlace(chat, answer, "zoneOf", "depotZones.ts", "function zoneOf(");
    await workbench().screenshot("ember-moved");
    writeFileSync(file("zones.ts"), source);
    rmSync(file("depotZones.ts"));
  });

  it("explains a selection: its name, what it takes and what it calls", async () => {
    await workbench().openFile("src/routePlanner.ts");
    await workbench().selectLines(25, 28);
    const [chat] = await workbench().chats();
    assert.ok(chat);
    const before = await chat.turns.count();
    await workbench().runCommand("Hearth: Explain Selection");
    await chat.turns.nth(before).waitFor();
    await chat.waitForAnswer();
    const answer = await said(chat);
    await workbench().screenshot("ember-explain");
    assert.match(answer, /nearest/);
    assert.match(answer, /takes open and best/);
    assert.match(answer, /calls .*reduce/);
  });

  it("says that it does not see what is not there", async () => {
    const [chat] = await workbench().chats();
    assert.ok(chat);
    assert.match(await ask(chat, "Where is parcelColour defined?"), /I do not see parcelColour in the code I was given/);
  });

  it("does not see the code with the index off", async () => {
    await workbench().changeSettings({ "hearth.index.enabled": false });
    const chat = await workbench().openChat();
    const answer = await ask(chat, "Where is quickestRoute defined?");
    assert.match(answer, /I do not see quickestRoute in the code I was given/);
    assert.equal(await chat.citations.count(), 0);
    await workbench().changeSettings({ "hearth.index.enabled": true });
  });

  it("is not asked for what it cannot do", async () => {
    await workbench().openFile("src/routePlanner.ts");
    await workbench().selectLines(25, 28);
    await workbench().runCommand("Hearth: Refactor Code");
    await workbench().page.getByText("ember is too small for this").first().waitFor();
    await workbench().screenshot("ember-refused");
  });
});
