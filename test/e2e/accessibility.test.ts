import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { BarePage, type BarePageOptions, bareThemes } from "./barePage";
import { bareScenes, sceneShell } from "./bareScenes";

const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

interface Violation {
  readonly id: string;
  readonly help: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

/** What axe-core finds, in lines that tell where. */
async function violations({ page }: BarePage): Promise<string[]> {
  await page.addScriptTag({ path: axe });
  const found = await page.evaluate<Violation[]>("axe.run().then(({ violations }) => violations)");
  return found.flatMap(({ id, help, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${help}\n  ${html.slice(0, 200)}\n  ${failureSummary ?? ""}`));
}

async function withScene(name: string, options: BarePageOptions, look: (bare: BarePage) => Promise<void>): Promise<void> {
  const scene = bareScenes[name];
  assert.ok(scene, name);
  const bare = await BarePage.open({ state: scene.state, handlers: sceneShell, reducedMotion: true, ...options });
  try {
    await scene.act?.(bare);
    await look(bare);
  } finally {
    await bare.close();
  }
}

describe("accessibility of the view", () => {
  for (const name of Object.keys(bareScenes)) {
    for (const theme of bareThemes) {
      it(`axe-core finds nothing: ${name}, ${theme}`, () =>
        withScene(name, { theme }, async (bare) => {
          await bare.screenshot(`bare-${name}-${theme}`);
          assert.deepEqual(await violations(bare), []);
        }));
    }
  }

  const sizes: readonly (readonly [name: string, options: BarePageOptions])[] = [
    ["240 px wide", { width: 240 }],
    ["at a zoom of 200 %", { width: 480, zoom: 2 }],
    ["240 px wide, in German", { width: 240, language: "de" }],
  ];
  for (const [size, options] of sizes) {
    for (const name of Object.keys(bareScenes)) {
      it(`has no sideways scrolling, and all buttons in sight: ${name}, ${size}`, () =>
        withScene(name, options, async (bare) => {
          await bare.screenshot(`bare-${name}-${size.replaceAll(/\W+/g, "-")}`);
          assert.deepEqual(await bare.page.evaluate<string[]>(outside), []);
          assert.deepEqual(await violations(bare), []);
        }));
    }
  }
});

/**
 * For the page: buttons and fields that reach out of the view, but for those in something that scrolls, and those that
 * are there for the keyboard and for screen readers only until they have the focus.
 */
const outside = `(() => {
  const isClipped = (one) => one !== null && (getComputedStyle(one).clipPath === "inset(50%)" || isClipped(one.parentElement));
  const isOut = ({ left, right }) => left < -1 || right > innerWidth + 1;
  return [...document.querySelectorAll("button, textarea, input, summary")]
    .filter((one) => one.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true }) && !one.closest("pre, table") && !isClipped(one))
    .filter((one) => isOut(one.getBoundingClientRect()))
    .map((one) => one.outerHTML.slice(0, 160))
    .concat(document.documentElement.scrollWidth > innerWidth ? ["the page scrolls sideways"] : []);
})()`;
