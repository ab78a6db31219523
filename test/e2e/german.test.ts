import assert from "node:assert/strict";
import { testModel } from "../fixtures/models";
import type { ChatView } from "./chatView";
import { eventually } from "./eventually";
import { QuickPick } from "./quickPick";
import { useWorkbench } from "./useWorkbench";

describe("a window in German (random weights)", () => {
  const workbench = useWorkbench(async () => {
    const model = await testModel("phi3", { endOfTurn: "never" });
    return { language: "de", settings: { "hearth.model": model, "hearth.maxTokens": 40, "hearth.seed": 7 } };
  });
  const quickPick = () => new QuickPick(workbench().page);
  let chat: ChatView;

  before(async () => {
    chat = await workbench().openChat();
  });

  it("opens the chat with German texts, in a page that says so", async () => {
    await chat.shows("Hearth fragen");
    assert.equal(await chat.frame.locator("html").getAttribute("lang"), "de");
    const input = chat.frame.getByRole("textbox", { name: "Frage", exact: true });
    assert.equal(await input.getAttribute("placeholder"), "Fragen Sie nach Ihrem Code");
    await workbench().screenshot("german-empty");
  });

  it("has German titles of its commands in the palette", async () => {
    const pick = quickPick();
    await pick.page.keyboard.press("F1");
    await pick.input.fill(">Hearth: Chat");
    await pick.rows("Hearth: Chat leeren").first().waitFor();
    await workbench().screenshot("german-palette");
    await pick.leave();
  });

  it("answers with German figures under the answer", async () => {
    await chat.frame.getByRole("textbox", { name: "Frage", exact: true }).fill("Wie wird die Prüfziffer berechnet?");
    await chat.frame.getByRole("button", { name: "Senden", exact: true }).click();
    await chat.turns.first().waitFor();
    await chat.waitForAnswer();
    const summary = chat.lastTurn.locator(".stats summary");
    assert.match(await summary.innerText(), /gelesen · 40 erzeugt · erstes Token [\d.,]+ m?s · [\d,]+ Token\/s/);
    await summary.click();
    await chat.lastTurn.getByText("Startwert", { exact: true }).waitFor();
    await workbench().screenshot("german-answer");
  });

  it("shows the lists of the extension host in German", async () => {
    const pick = quickPick();
    await pick.open("Hearth: Zustand des Index", "Zustand des Index");
    await pick.rows("Neu aufbauen").first().waitFor();
    assert.ok((await pick.headings()).includes("Aktionen"));
    await workbench().screenshot("german-index");
    await pick.leave();
  });

  it("tells in German what is wrong with the model", async () => {
    await workbench().changeSettings({ "hearth.model": "kein-modell" });
    const error = await eventually("the failure", async () => {
      const box = chat.frame.locator(".error-box").last();
      return (await box.count()) > 0 ? box.innerText() : undefined;
    });
    assert.match(error, /Kein Modell heißt „kein-modell“/);
    await workbench().screenshot("german-failure");
  });
});
