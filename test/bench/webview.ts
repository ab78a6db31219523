// Measures the chat view in a browser: `npm run bench:webview -- [--tokens N] [--rate TOKENS_PER_SECOND] [--turns N]`.
// The bundle as it is shipped streams a made-up answer; then it shows a stored conversation.
import { execFileSync } from "node:child_process";
import { statSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { root } from "../../scripts/lib/project.mjs";
import { BarePage } from "../e2e/barePage";
import { emptyState, runningTurn, someTurn } from "../fixtures/quietShell";
import { mixedAnswer } from "./webview/answer";
import { type FrameSample, quantile, recordFrames, sampleHeader, sampleRow, stream } from "./webview/frames";

const { values } = parseArgs({
  options: {
    tokens: { type: "string", default: "20000" },
    rate: { type: "string", default: "300" },
    turns: { type: "string", default: "200" },
    only: { type: "string" },
  },
});

const bundle = path.join(root, "out", "bench", "dist", "webview");

/** The bundle as it is shipped. */
function build(): void {
  execFileSync(process.execPath, ["esbuild.mjs", "--production", "--only=webview", `--dist=${path.dirname(bundle)}`], { cwd: root, stdio: "inherit" });
  const size = (name: string) => `${name} ${(statSync(path.join(bundle, name)).size / 1000).toFixed(0)} KB`;
  console.log(`The bundle: ${size("webview.js")}, ${size("webview.css")}`);
}

/** As src/vscode/textBatch.ts. */
const batchMs = 40;
/** Exact figures of memory, which a page is not told otherwise. */
const flags = ["--enable-precise-memory-info"];
const megabytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MB`;

async function measureStreaming(): Promise<void> {
  const pieces = mixedAnswer(Number(values.tokens));
  const state = emptyState({ turns: [someTurn({ id: "a", ...runningTurn })] });
  const bare = await BarePage.open({ state, flags, bundle });
  await bare.page.evaluate(recordFrames);
  await tellCost(bare);
  const before = await heapInUse(bare);
  console.log(`\nStreaming ${pieces.length} tokens (${pieces.join("").length} characters) at ${values.rate} tokens/s\n${sampleHeader}`);
  const samples = await bare.page.evaluate<FrameSample[]>(stream("a", pieces, Number(values.rate), batchMs));
  samples.forEach((sample, i) => console.log(sampleRow(`${i + 1}`, sample, (sample.taskSeconds ?? 0) - (samples[i - 1]?.taskSeconds ?? 0))));
  bare.shell.emit("turn", someTurn({ id: "a", answer: pieces.join("") }));
  await bare.page.locator('article[aria-busy="false"]').waitFor();
  await bare.page.evaluate(settled);
  console.log(sampleRow("the end", await bare.page.evaluate<FrameSample>("takeFrames()")));
  const after = await heapInUse(bare);
  bare.shell.emit("state", emptyState({ conversation: "c2" }));
  await bare.page.locator(".empty").waitFor();
  const cleared = await heapInUse(bare);
  console.log(`JS heap after a collection: ${megabytes(before)} before, ${megabytes(after)} with the answer, ${megabytes(cleared)} once it was cleared`);
  await bare.close();
}

/** Bytes of the page's JS heap after a collection. */
async function heapInUse({ page }: BarePage): Promise<number> {
  const session = await page.context().newCDPSession(page);
  for (let i = 0; i < 3; i++) await session.send("HeapProfiler.collectGarbage");
  return (await session.send("Runtime.getHeapUsage")).usedSize;
}

/** Lets the page ask what it has cost so far. */
async function tellCost({ page }: BarePage): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  await page.exposeFunction("pageCost", async () => {
    const { metrics } = await session.send("Performance.getMetrics");
    return { taskSeconds: metrics.find(({ name }) => name === "TaskDuration")?.value };
  });
}

/** Resolves when nothing was drawn for a while. */
const settled = `new Promise((resolve) => {
  let timer = setTimeout(resolve, 500);
  new MutationObserver(() => { clearTimeout(timer); timer = setTimeout(resolve, 500); }).observe(document.body, { subtree: true, childList: true });
})`;

async function measureStored(): Promise<void> {
  const turns = Number(values.turns);
  const answer = mixedAnswer(700).join("");
  const state = emptyState({ conversation: "c2", turns: Array.from({ length: turns }, (_, i) => someTurn({ id: `s${i}`, answer: `${answer}\n\nAnswer ${i}.` })) });
  const bare = await BarePage.open({ flags, bundle });
  await bare.page.evaluate(recordFrames);
  bare.shell.emit("state", state);
  await bare.page.locator(`article[data-turn="s${turns - 1}"] .markdown p`).first().waitFor();
  await bare.page.evaluate(settled);
  console.log(`\nA stored conversation of ${turns} turns of ${answer.length} characters\n${sampleHeader}`);
  console.log(sampleRow("shown", await bare.page.evaluate<FrameSample>("takeFrames()")));
  for (const place of ["0", "1e9"]) {
    await bare.page.evaluate(`document.querySelector(".messages").scrollTop = ${place}`);
    await bare.page.evaluate(settled);
    console.log(sampleRow(place === "0" ? "to the top" : "to the end", await bare.page.evaluate<FrameSample>("takeFrames()")));
  }
  await bare.close();
}

async function measureFirstPaint(): Promise<void> {
  const paints: number[] = [];
  for (let i = 0; i < 5; i++) {
    const bare = await BarePage.open({ bundle });
    paints.push(await bare.page.evaluate<number>(`performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? -1`));
    await bare.close();
  }
  console.log(`First paint after the page is opened: ${quantile(paints, 0.5).toFixed(0)} ms (median of ${paints.length}; ${paints.map((ms) => ms.toFixed(0)).join(", ")})`);
}

build();
const parts = { paint: measureFirstPaint, streaming: measureStreaming, stored: measureStored };
for (const [name, measure] of Object.entries(parts)) if (values.only === undefined || values.only === name) await measure();
