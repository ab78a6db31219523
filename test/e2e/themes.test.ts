import assert from "node:assert/strict";
import { testModel } from "../fixtures/models";
import type { ChatView } from "./chatView";
import { Workbench } from "./workbench";

const themes = [
  { theme: "Dark Modern", name: "dark", kind: "vscode-dark" },
  { theme: "Light Modern", name: "light", kind: "vscode-light" },
  { theme: "Default High Contrast", name: "high-contrast", kind: "vscode-high-contrast" },
];

describe("themes (random weights)", () => {
  for (const { theme, name, kind } of themes) {
    it(`has readable colours in ${name}`, async () => {
      const settings = { "hearth.model": await testModel("phi3"), "hearth.maxTokens": 60, "hearth.seed": 7 };
      const workbench = await Workbench.open({ settings, theme });
      try {
        const chat = await workbench.openChat();
        await chat.frame.locator(`body.${kind}`).waitFor();
        await chat.indexReady();
        await chat.askAndWait("How is the quickest route between two depots found?");
        await workbench.screenshot(`theme-${name}`);
        await showBranches(chat);
        await workbench.screenshot(`theme-${name}-branches`);
        const [background, ...texts] = await chat.frame.evaluate<string[]>(coloursOf([".question-text", ".branch-place", ".conversation-end .note"]));
        for (const text of texts) assert.ok(contrast(text, background ?? "") >= 4.5, `${text} on ${background}`);
      } finally {
        await workbench.close();
      }
    });
  }
});

/** Brings on screen what stands around a turn: versions, a folded past, a question that is being changed. */
async function showBranches(chat: ChatView): Promise<void> {
  await chat.button(chat.lastTurn, "Answer again").click();
  await chat.lastTurn.getByText("2/2", { exact: true }).waitFor();
  await chat.waitForAnswer();
  await chat.askAndWait("And the longest?");
  await chat.input.fill("/compact");
  await chat.input.press("Enter");
  await chat.frame.locator(".conversation-end .note").waitFor();
  await chat.button(chat.lastTurn, "Edit the question").click();
  await chat.lastTurn.locator(".stats summary").click();
  await chat.turns.first().scrollIntoViewIfNeeded();
}

/** For the page: the side bar's background, then the text colour of each element. */
function coloursOf(selectors: readonly string[]): string {
  return `[getComputedStyle(document.body).getPropertyValue("--vscode-sideBar-background"), ...${JSON.stringify(selectors)}.map((one) => getComputedStyle(document.querySelector(one)).color)]`;
}

/** The contrast ratio of WCAG 2.1, of colours such as rgb(1, 2, 3) and #010203. */
function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = channels(colour).map((value) => (value <= 10.3 ? value / 3294 : ((value / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function channels(colour: string): number[] {
  const hex = /^#(..)(..)(..)/.exec(colour.trim());
  if (hex) return hex.slice(1, 4).map((pair) => Number.parseInt(pair, 16));
  return [...colour.matchAll(/[\d.]+/g)].slice(0, 3).map(([digits]) => Number(digits));
}
