import type { Handlers } from "../../src/common/rpc";
import type { ShellContract, ViewContext, ViewLink, ViewState } from "../../src/webview/protocol";
import type { BarePage } from "./barePage";
import { emptyState, runningTurn, someTurn } from "../fixtures/quietShell";

/** Something that a person can come upon in the view. */
export interface BareScene {
  readonly state: ViewState;
  /** What is done there before it is looked at. */
  readonly act?: (bare: BarePage) => Promise<void>;
}

export const richAnswer = `The route is found in \`src/routes/planner.ts:12-40\` by \`Planner.quickest()\`; see also src/routes/graph.ts:7 and \`src/routes/maps.ts\`, or [the paper](https://example.org/).

## How it goes

1. **Collect** the depots
   - those that are open
   - those *near* enough
2. Weigh the edges
3. Run the search

- [x] done already
- [ ] still to do

> It does not look at traffic.
>
> > Nor did it ever.

| name | meaning | cost of a step in the open field |
|---|---|---|
| depot | a place to load | 3 |
| edge | a street between two of them | 12 |

**src/routes/planner.ts**:

\`\`\`ts
// finds the quickest
export class Planner extends Base<string> {
  readonly #limit = 0x2f;
  quickest(from: Depot, to?: Depot): Route | undefined {
    if (from === to) return { name: \`from \${from.name}\`, at: [1, 2.5, null, true] };
    return /^a+$/.test("x") ? this.search(from) : undefined; // never
  }
}
\`\`\`

\`\`\`sh
npm install
npm test -- --grep "routes" # all of them
\`\`\`

\`\`\`diff
- old line
+ new line
\`\`\`

---

It costs \`O(n log n)\`.`;

const citations = [
  { path: "src/routes/planner.ts", startLine: 12, endLine: 40, symbol: "Planner.quickest" },
  { path: "src/routes/graph.ts", startLine: 7, endLine: 7, changed: "stale" },
  { path: "src/old.ts", startLine: 1, endLine: 3, changed: "gone" },
] as const;

const attachments = [{ path: "src/routes/graph.ts", startLine: 1, endLine: 20, language: "typescript" }];
const done = someTurn({ answer: richAnswer, citations, attachments });

export const bareScenes: Readonly<Record<string, BareScene>> = {
  empty: { state: emptyState() },
  streaming: {
    state: emptyState({ turns: [done, someTurn({ id: "t2", ...runningTurn })] }),
    act: async ({ page, shell }) => {
      shell.emit("text", { turn: "t2", text: "First the **depots**.\n\n```ts\nconst a = 1;\nlet b" });
      await page.getByText("let b").waitFor();
    },
  },
  done: {
    state: emptyState({ turns: [someTurn({ id: "t0", branch: { index: 1, count: 2, previous: "x" } }), done] }),
    act: async ({ page }) => {
      await page.locator(".missing-file").waitFor();
      await page.locator(".citations summary").last().click();
      await page.locator(".stats summary").last().click();
    },
  },
  searchResults: {
    state: emptyState({
      model: { kind: "unavailable", model: "phi3-mini", missing: true, error: { message: "There is no model yet.", remedy: "Download one.", actions: ["download", "selectModel"] } },
      turns: [
        someTurn({
          answer: "`src/routes/planner.ts:12-40` `Planner`\n\n```ts\nexport class Planner {}\n```",
          citations,
          status: { kind: "searchResults", reason: { message: "No model.", actions: ["download"] } },
        }),
      ],
    }),
  },
  failed: {
    state: emptyState({
      turns: [someTurn({ answer: "Half an", status: { kind: "failed", error: { message: "The engine ended.", remedy: "Ask again.", actions: ["retry", "showLog"] } } })],
    }),
  },
  server: {
    state: emptyState({ model: { kind: "ready", model: "qwen2.5-coder", device: "on gpu-box", contextSize: 32_768, server: "gpu-box" } }),
  },
  serverGone: {
    state: emptyState({
      model: { kind: "unavailable", model: "qwen2.5-coder", server: "gpu-box", error: { message: "gpu-box cannot be reached.", remedy: "Start the server.", actions: ["checkServer", "serverSettings"] } },
      turns: [someTurn({ status: { kind: "failed", error: { message: "gpu-box answers 401: it wants a key.", remedy: "Set its key.", actions: ["setServerKey", "retry", "useServer"] } } })],
    }),
  },
  picker: {
    state: emptyState({ turns: [someTurn()], pending: attachments }),
    act: async ({ page }) => {
      await page.locator(".composer textarea").fill("");
      await page.locator(".composer textarea").pressSequentially("Look at @pl");
      await page.locator('[role="option"]').first().waitFor();
    },
  },
  history: {
    state: emptyState({ turns: [someTurn()] }),
    act: async ({ page, shell }) => {
      shell.emit("showHistory", {});
      await page.getByText("Quick routes").waitFor();
    },
  },
  historyDeleted: {
    state: emptyState({ turns: [someTurn()] }),
    act: async ({ page, shell }) => {
      shell.emit("showHistory", {});
      await page.getByText("Quick routes").waitFor();
      await page.locator(".history-open").last().focus();
      await page.keyboard.press("Delete");
      await page.locator(".toast button").first().waitFor();
      await page.locator(".history-open").last().focus();
    },
  },
  context: {
    state: emptyState({ turns: [someTurn()] }),
    act: async ({ page, shell }) => {
      await page.locator(".context-meter").waitFor();
      shell.emit("showContext", {});
      await page.locator('.context-part summary').first().click();
    },
  },
  preview: {
    state: emptyState({ turns: [done] }),
    act: async ({ page }) => {
      await page.locator(".range-link").first().hover();
      await page.locator(".preview").waitFor();
    },
  },
};

const links: Readonly<Record<string, ViewLink>> = {
  "src/routes/planner.ts:12-40": { kind: "file", path: "src/routes/planner.ts", startLine: 12, endLine: 40 },
  "Planner.quickest()": { kind: "symbol", path: "src/routes/planner.ts", startLine: 14, endLine: 20 },
  "src/routes/graph.ts:7": { kind: "file", path: "src/routes/graph.ts", startLine: 7, endLine: 7 },
  "src/routes/maps.ts": { kind: "missing" },
};

const contextParts: ViewContext["parts"] = [
  { kind: "system", label: "", tokens: 120, text: "You are a coding assistant. Answer briefly." },
  { kind: "rules", label: "AGENTS.md", tokens: 240, text: "Rules of this workspace, from AGENTS.md:\n\nBe kind." },
  { kind: "summary", label: "And the depots?", tokens: 80, text: "They spoke of parcels.", turn: "t1" },
  { kind: "code", label: "And the depots?", tokens: 600, text: "src/routes/graph.ts:1-9\n```ts\nlet a;\n```", turn: "t1" },
  { kind: "attachments", label: "And the depots?", tokens: 200, text: "Code the question is about:", turn: "t1" },
  { kind: "history", label: "And the depots?", tokens: 420, text: "And the depots?\n\nThey are far.", turn: "t1" },
  { kind: "question", label: "", tokens: 6, text: "" },
  { kind: "answer", label: "", tokens: 1024 },
  { kind: "free", label: "", tokens: 1406 },
];

/** A shell that knows the files of the scenes. */
export const sceneShell: Partial<Handlers<ShellContract>> = {
  resolveLinks: ({ texts }) => texts.map((text) => links[text] ?? null),
  preview: (range) => ({ ...range, language: "typescript", text: "export class Planner {\n  // the quickest\n  readonly limit = 3;\n}" }),
  mentions: () => [
    { kind: "file", id: "src/routes/planner.ts", label: "planner.ts", detail: "src/routes" },
    { kind: "symbol", id: "Planner", label: "Planner", detail: "class in planner.ts" },
  ],
  slashCommands: () => [{ name: "fix", description: "Mends what is selected", source: "hearth" }],
  context: () => ({ contextSize: 4096, parts: contextParts }),
  history: () => [
    { id: "c1", title: "Quick routes", updatedAt: Date.now() - 60_000, turns: 2, pinned: true, open: true },
    { id: "c0", title: "How depots open", updatedAt: Date.now() - 86_400_000, turns: 12, pinned: false, open: false },
  ],
};
