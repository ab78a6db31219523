import { readFileSync } from "node:fs";
import path from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { chromiumFlags, findChromium } from "../../scripts/lib/chromium.mjs";
import { root } from "../../scripts/lib/project.mjs";
import { type EmptyContract, type Handlers, type Port, RpcPeer } from "../../src/common/rpc";
import type { SavedView, ShellContract, ViewState } from "../../src/webview/protocol";
import { emptyState, quietShell } from "../fixtures/quietShell";

export const bareThemes = ["dark", "light", "highContrast", "highContrastLight"] as const;
export type BareTheme = (typeof bareThemes)[number];

export interface BarePageOptions {
  /** What the view is given when it opens. Default: a new conversation with a model that is ready. */
  readonly state?: ViewState;
  /** What the shell answers. Default: nothing found, nothing done. */
  readonly handlers?: Partial<Handlers<ShellContract>>;
  /** What the editor kept of the view. Default: nothing. */
  readonly saved?: SavedView;
  /** Default: "dark". */
  readonly theme?: BareTheme;
  /** In CSS pixels. Default: 420 by 800. */
  readonly width?: number;
  readonly height?: number;
  /** 2 is a zoom of 200 %. Default: 1. */
  readonly zoom?: number;
  readonly reducedMotion?: boolean;
  /** Of the texts, such as "de". Default: "en". */
  readonly language?: string;
  /** Where the bundle is. Default: dist/webview. */
  readonly bundle?: string;
  /** More flags of the browser. */
  readonly flags?: readonly string[];
}

const origin = "https://view.test";
const screenshots = path.join(root, "out", "screenshots");

/** The webview's own bundle on a page of its own, as the editor would show it, with a shell that the test plays. */
export class BarePage {
  private constructor(
    readonly page: Page,
    readonly shell: RpcPeer<ShellContract, EmptyContract>,
    private readonly browser: Browser,
  ) {}

  static async open(options: BarePageOptions = {}): Promise<BarePage> {
    const { width = 420, height = 800, zoom = 1, reducedMotion = false, flags = [] } = options;
    const browser = await chromium.launch({ executablePath: findChromium(), args: [...chromiumFlags, ...flags] });
    const page = await browser.newPage({
      // As the browser does it: at 200 % a page has half as many of its own pixels.
      viewport: { width: Math.round(width / zoom), height: Math.round(height / zoom) },
      deviceScaleFactor: zoom,
      reducedMotion: reducedMotion ? "reduce" : "no-preference",
    });
    const port = await portOf(page);
    const { state = emptyState(), handlers = {}, theme = "dark", language = "en" } = options;
    const shell = new RpcPeer<ShellContract, EmptyContract>(port, { ...quietShell(), ready: () => state, ...handlers });
    await page.addInitScript(`window.keptView = ${JSON.stringify(options.saved)}`);
    await serve(page, html(theme, language), options.bundle ?? path.join(root, "dist", "webview"));
    await page.goto(`${origin}/`);
    await page.locator(".composer").waitFor();
    return new BarePage(page, shell, browser);
  }

  /** Keeps a picture in out/screenshots. */
  async screenshot(name: string): Promise<void> {
    await this.page.screenshot({ path: path.join(screenshots, `${name}.png`) });
  }

  async close(): Promise<void> {
    await this.browser.close();
  }
}

/** The test's end of the wire. Messages arrive in the page in the order in which they were posted. */
async function portOf(page: Page): Promise<Port> {
  const listeners = new Set<(message: unknown) => void>();
  await page.exposeFunction("hearthPost", (message: unknown) => listeners.forEach((listener) => listener(message)));
  let sent = Promise.resolve();
  return {
    post: (message) => {
      sent = sent.then(() => page.evaluate(`window.postMessage(${JSON.stringify(message)}, "*")`)).then(() => undefined, () => undefined);
    },
    onMessage: (listener) => {
      listeners.add(listener);
      return { dispose: () => listeners.delete(listener) };
    },
    onClose: () => ({ dispose: () => undefined }),
  };
}

async function serve(page: Page, document: string, bundle: string): Promise<void> {
  const file = (name: string) => readFileSync(path.join(bundle, name), "utf8");
  const answers: Readonly<Record<string, readonly [type: string, body: () => string]>> = {
    "/": ["text/html", () => document],
    "/webview.js": ["text/javascript", () => file("webview.js")],
    "/webview.css": ["text/css", () => file("webview.css")],
  };
  await page.route(`${origin}/**`, async (route) => {
    const answer = answers[new URL(route.request().url()).pathname];
    if (answer) await route.fulfill({ contentType: answer[0], body: answer[1]() });
    else await route.fulfill({ status: 404 });
  });
}

/** What the editor puts around a view: its variables, and a style sheet that every view has before its own. */
function html(theme: BareTheme, language: string): string {
  const { bodyClass, variables } = JSON.parse(readFileSync(path.join(root, "test", "e2e", "themeVariables", `${theme}.json`), "utf8")) as Theme;
  const style = Object.entries(variables).map(([name, value]) => `${name}: ${value};`).join(" ").replaceAll('"', "&quot;");
  const translations = language === "en" ? "{}" : readFileSync(path.join(root, "l10n", `bundle.l10n.${language}.json`), "utf8");
  return `<!DOCTYPE html>
<html lang="${language}" style="${style}">
<head>
<meta charset="UTF-8">
<meta name="viewport" content="width=device-width, initial-scale=1.0">
<style>@layer host { ${hostStyle} }</style>
<link rel="stylesheet" href="/webview.css">
<title>Hearth</title>
<script>
  window.acquireVsCodeApi = () => ({ postMessage: (message) => window.hearthPost(message), getState: () => window.keptView, setState: (state) => (window.keptView = state) });
</script>
</head>
<body class="${bodyClass}" data-translations="${translations.replaceAll("&", "&amp;").replaceAll('"', "&quot;")}"><script src="/webview.js"></script></body>
</html>`;
}

interface Theme {
  readonly bodyClass: string;
  readonly variables: Readonly<Record<string, string>>;
}

const hostStyle = `
  html { background: var(--vscode-sideBar-background); scrollbar-color: var(--vscode-scrollbarSlider-background) transparent; }
  body { color: var(--vscode-editor-foreground); font-family: var(--vscode-font-family); font-size: var(--vscode-font-size); padding: 0 20px; }
  a, a code { color: var(--vscode-textLink-foreground); }
  code { color: var(--vscode-textPreformat-foreground); background-color: var(--vscode-textPreformat-background); padding: 1px 3px; border-radius: 4px; }
  blockquote { background: var(--vscode-textBlockQuote-background); border-color: var(--vscode-textBlockQuote-border); }
`;
