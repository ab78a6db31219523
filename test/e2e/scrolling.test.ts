import assert from "node:assert/strict";
import { BarePage, type BarePageOptions } from "./barePage";
import { eventually } from "./eventually";
import { emptyState, runningTurn, someTurn } from "../fixtures/quietShell";

const answer = Array.from({ length: 12 }, (_, i) => `${i + 1}. ${"word ".repeat(20 + i)}\n\n   \`\`\`ts\n   const a${i} = ${i};\n   \`\`\``).join("\n");
const turns = Array.from({ length: 60 }, (_, i) => someTurn({ id: `t${i}`, question: `Question ${i}`, answer }));

async function withPage(options: BarePageOptions, look: (bare: BarePage) => Promise<void>): Promise<void> {
  const bare = await BarePage.open(options);
  try {
    await look(bare);
  } finally {
    await bare.close();
  }
}

const place = (bare: BarePage, selector: string) => bare.page.evaluate<number>(`document.querySelector('${selector}').getBoundingClientRect().top`);
const distanceFromEnd = (bare: BarePage) => bare.page.evaluate<number>(`(() => { const { scrollHeight, scrollTop, clientHeight } = document.querySelector(".messages"); return scrollHeight - scrollTop - clientHeight; })()`);
const allDrawn = (bare: BarePage) => bare.page.waitForFunction("document.querySelectorAll('article.waiting').length === 0");

describe("scrolling in the view", () => {
  it("shows the end of a long conversation, and stays there while the rest is drawn", () =>
    withPage({ state: emptyState({ turns }) }, async (bare) => {
      await allDrawn(bare);
      await eventually("the end", async () => ((await distanceFromEnd(bare)) <= 1 ? true : undefined));
    }));

  it("goes back to the turn that was read, to the pixel, whatever the others turn out to be", () =>
    withPage({ state: emptyState({ turns }), saved: { conversation: "c1", asked: true, scroll: 30, scrollTurn: "t20" } }, async (bare) => {
      await allDrawn(bare);
      const top = await place(bare, ".messages");
      await eventually("the place", async () => (Math.abs((await place(bare, '[data-turn="t20"]')) - (top - 30)) <= 1 ? true : undefined));
    }));

  it("leaves what is read in its place while an answer grows, and follows the end again when the reader goes there", () =>
    withPage({ state: emptyState({ turns: [...turns.slice(0, 5), someTurn({ id: "r", ...runningTurn })] }) }, async (bare) => {
      const { page, shell } = bare;
      shell.emit("text", { turn: "r", text: answer });
      await page.locator('[data-turn="r"]').getByText("const a11").waitFor();
      await page.locator(".messages").hover();
      await page.mouse.wheel(0, -900);
      await page.locator(".to-end").waitFor();
      const before = await place(bare, '[data-turn="r"]');
      shell.emit("text", { turn: "r", text: `\n\nMore.\n\n${answer}\n\nThe last.` });
      await page.getByText("The last.").waitFor({ state: "attached" });
      assert.equal(await place(bare, '[data-turn="r"]'), before);
      await page.locator(".to-end").click();
      shell.emit("text", { turn: "r", text: `\n\n${answer}\n\nThe very last.` });
      await page.getByText("The very last.").waitFor({ state: "attached" });
      await eventually("the end", async () => ((await distanceFromEnd(bare)) <= 1 ? true : undefined));
    }));
});
