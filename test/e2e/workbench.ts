import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { type Browser, chromium, type Frame, type Locator, type Page } from "playwright-core";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { chromiumFlags, findChromium } from "../../scripts/lib/chromium.mjs";
import { root } from "../../scripts/lib/project.mjs";
import { copySampleWorkspace, writeWorkspaceSettings } from "../../scripts/lib/sampleWorkspace.mjs";
import { noGallery, VsCodeServer } from "../../scripts/lib/vscodeServer.mjs";
import { ChatView } from "./chatView";
import { setDisplayLanguage } from "./displayLanguage";
import { eventually } from "./eventually";
import { packagedExtension } from "./packagedExtension";

export interface WorkbenchOptions {
  /** The workspace's settings, such as `hearth.model`. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Settings of the machine's own file, for those that a workspace may not have. */
  readonly machineSettings?: Readonly<Record<string, unknown>>;
  /** More folders of the workspace, relative to the sample's own; those that are not there yet are made. Default: none, and no workspace file. */
  readonly moreFolders?: readonly string[];
  /** Default: "Dark Modern". */
  readonly theme?: string;
  /** The workspace is not trusted. Default: false. */
  readonly restricted?: boolean;
  /** The display language, such as "de", of all texts but the editor's own. Default: English. */
  readonly language?: string;
  /**
   * "packaged": the VSIX, installed; "development" loads this source tree. Default: what the environment variable
   * HEARTH_E2E_EXTENSION says, which saves the time of packaging, otherwise "packaged".
   */
  readonly extension?: "packaged" | "development";
}

const screenshots = path.join(root, "out", "screenshots");
const start = { timeout: 60_000 };
const saveAgainMs = 10_000;

function usualExtension(): "packaged" | "development" {
  return process.env["HEARTH_E2E_EXTENSION"] === "development" ? "development" : "packaged";
}

/** A VS Code in a browser on a copy of the sample workspace, with data of its own that goes when it is closed. */
export class Workbench {
  private changes = 0;

  private constructor(
    readonly page: Page,
    readonly folder: string,
    private settings: Readonly<Record<string, unknown>>,
    private readonly url: string,
    private readonly browser: Browser,
    private readonly server: VsCodeServer,
    private readonly home: string,
    private moreFolders: readonly string[] | undefined,
  ) {}

  static async open(options: WorkbenchOptions = {}): Promise<Workbench> {
    const { settings = {}, machineSettings = {}, moreFolders, theme = "Dark Modern", restricted = false, language, extension = usualExtension() } = options;
    const home = mkdtempSync(path.join(tmpdir(), "hearth-e2e-"));
    const folder = copySampleWorkspace(path.join(home, "workspace"), settings);
    if (moreFolders) writeWorkspaceFile(folder, moreFolders, settings);
    const extensionsDir = extension === "packaged" ? await packagedExtension() : path.join(home, "extensions");
    const dirs = { dataDir: path.join(home, "data"), extensionsDir };
    if (language !== undefined) setDisplayLanguage(dirs.dataDir, language);
    const server = await VsCodeServer.start({
      ...dirs,
      settings: plain,
      restricted,
      machineSettings: { ...oneThread, ...machineSettings },
      env: { ...noGallery, HEARTH_HOME: path.join(home, "hearth") },
    });
    const browser = await chromium.launch({ executablePath: findChromium(), args: chromiumFlags });
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    const opened = moreFolders ? workspaceFile(folder) : folder;
    const url = server.url({ folder: opened, ...(extension === "development" && { extension: root }) });
    const workbench = new Workbench(page, folder, settings, url, browser, server, home, moreFolders);
    await workbench.load();
    // Set before the start, a theme is lost where the window is quicker than the extension that has it.
    await workbench.changeSettings({ "workbench.colorTheme": theme });
    return workbench;
  }

  /** Loads the window, or loads it again. */
  async load(): Promise<void> {
    await this.page.goto(this.url);
    await this.page.locator(".monaco-workbench").waitFor(start);
    await this.page.locator('.activitybar a[aria-label^="Hearth"]').waitFor(start);
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.server.stop();
    rmSync(this.home, { recursive: true, force: true, maxRetries: 10 });
  }

  /** Ends the engine process as a fault in a native library would. */
  async killEngine(): Promise<void> {
    const { stdout } = await promisify(execFile)("ps", ["-A", "-o", "pid=,pgid=,args="]);
    const rows = stdout.split("\n").map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line));
    const engines = rows.filter((row) => Number(row?.[2]) === this.server.group && /engine\.mjs/.test(row?.[3] ?? ""));
    assert.equal(engines.length, 1, "one engine process");
    process.kill(Number(engines[0]?.[1]), "SIGKILL");
  }

  /** Opens the chat in the side bar. */
  async openChat(): Promise<ChatView> {
    const button = this.page.locator('.activitybar .action-item:has(a[aria-label^="Hearth"])');
    return eventually("the chat view", async () => {
      const [chat] = await this.chats();
      if (chat) return chat;
      // A click on the view that is open closes the side bar. A window that is still bringing it back may open it just
      // before the click, so what was closed that way is opened again.
      if (!/\bchecked\b/.test((await button.getAttribute("class")) ?? "")) await button.click();
      await this.page.mouse.move(800, 300);
      await sleep(1000);
      return undefined;
    });
  }

  /** The chats on screen, in the order in which their frames came. */
  async chats(): Promise<ChatView[]> {
    const frames = await Promise.all(this.page.frames().map(async (frame) => ((await isChat(frame)) ? [new ChatView(frame)] : [])));
    return frames.flat();
  }

  /** Does what opens another chat, and resolves with that chat. */
  async newChat(open: () => Promise<void>): Promise<ChatView> {
    const before = new Set((await this.chats()).map(({ frame }) => frame));
    await open();
    return eventually("another chat view", async () => (await this.chats()).find(({ frame }) => !before.has(frame)));
  }

  /** Runs a command by its title in the palette, such as "Hearth: New Chat". */
  async runCommand(title: string): Promise<void> {
    const { page } = this;
    await page.keyboard.press("F1");
    const input = page.locator(".quick-input-widget input.input");
    await input.waitFor();
    await input.fill(`>${title}`);
    await page.locator(".quick-input-list .monaco-list-row").getByText(title, { exact: true }).first().click();
    await input.waitFor({ state: "hidden" });
  }

  /** Opens a file by its path relative to the workspace. */
  async openFile(file: string): Promise<void> {
    const { page } = this;
    await page.keyboard.press("Control+P");
    const input = page.locator(".quick-input-widget input.input");
    await input.waitFor();
    await input.fill(file);
    await page.locator(".quick-input-list .monaco-list-row").getByText(path.basename(file), { exact: true }).first().click();
    await this.activeTab(path.basename(file));
    await page.locator(".editor-instance .view-lines").first().waitFor();
  }

  /** Waits until the active editor tab has this name. */
  async activeTab(name: string): Promise<void> {
    await this.page.locator(".tab.active").getByText(name, { exact: true }).first().waitFor();
  }

  /** Selects whole lines of the active editor, 1-based, both included. */
  async selectLines(first: number, last: number): Promise<void> {
    const { page } = this;
    await this.goToLine(first);
    for (let line = first; line < last; line++) await page.keyboard.press("Shift+ArrowDown");
    await page.keyboard.press("Shift+End");
    await page.locator(".statusbar").getByText(/selected\)/).waitFor();
  }

  async goToLine(line: number): Promise<void> {
    const { page } = this;
    await page.keyboard.press("Control+G");
    const input = page.locator(".quick-input-widget input.input");
    await input.waitFor();
    await input.fill(`:${line}`);
    await page.keyboard.press("Enter");
    await input.waitFor({ state: "hidden" });
    await page.locator(".statusbar").getByText(new RegExp(`Ln ${line}, Col`)).waitFor();
  }

  /**
   * Writes the workspace's settings on top of what they hold, as a person does in .vscode/settings.json. Resolves when
   * the window has read them, which its title shows.
   */
  async changeSettings(settings: Readonly<Record<string, unknown>>): Promise<void> {
    const title = `workspace, settings ${++this.changes}`;
    this.settings = { ...this.settings, ...settings, "window.title": title };
    let writeAt = 0;
    await eventually("the window's new title", async () => {
      // A moment after its start the editor may not watch the file yet: then it is saved once more.
      if (performance.now() >= writeAt) {
        this.#writeSettings();
        writeAt = performance.now() + saveAgainMs;
      }
      return (await this.page.title()).includes(title) ? true : undefined;
    });
  }

  #writeSettings(): void {
    if (this.moreFolders) writeWorkspaceFile(this.folder, this.moreFolders, this.settings);
    else writeWorkspaceSettings(this.folder, this.settings);
  }

  /** Adds folders to the workspace and takes others out, as its file says from now on. Only where it was opened with several. */
  changeFolders(moreFolders: readonly string[]): void {
    this.moreFolders = moreFolders;
    writeWorkspaceFile(this.folder, moreFolders, this.settings);
  }

  /** The workspace's settings as they stand in its file; none while the editor is writing it. */
  storedSettings(): Record<string, unknown> {
    const text = readFileSync(path.join(this.folder, ".vscode", "settings.json"), "utf8");
    return text === "" ? {} : (JSON.parse(text) as Record<string, unknown>);
  }

  /** A setting on the settings page, found with the page's own search. */
  async setting(key: string): Promise<Locator> {
    const { page } = this;
    await page.locator(".settings-editor .suggest-input-container .view-lines").click();
    await page.keyboard.press("Control+A");
    await page.keyboard.type(`@id:${key}`);
    const setting = page.locator(`.settings-editor .setting-item-contents[data-key="${key}"]`);
    await setting.waitFor();
    return setting;
  }

  /** The folder in which the extension keeps a folder of conversations for each workspace. */
  get conversationsFolder(): string {
    return path.join(this.home, "data", "data", "User", "globalStorage", "hearth.hearth", "conversations");
  }

  /** The files of this workspace's conversations. */
  conversationFiles(): string[] {
    const files = readdirSync(this.home, { recursive: true, encoding: "utf8" });
    return files.filter((file) => /conversations[\\/][\w-]+[\\/][\w-]+\.json$/.test(file)).map((file) => path.join(this.home, file));
  }

  /** What the editor and the extensions have logged so far. */
  allLogs(): string {
    const data = path.join(this.home, "data");
    const files = readdirSync(data, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".log"));
    return files.map((file) => readFileSync(path.join(data, file), "utf8")).join("\n");
  }

  /** Keeps a picture of the window, or of a part of it, in out/screenshots. */
  async screenshot(name: string): Promise<void> {
    mkdirSync(screenshots, { recursive: true });
    // Away from everything that answers a hovering pointer with a tip, which takes a moment to go.
    await this.page.mouse.move(0, 0);
    await sleep(300);
    await this.page.screenshot({ path: path.join(screenshots, `${name}.png`) });
  }
}

function workspaceFile(folder: string): string {
  return path.join(folder, "..", "sample.code-workspace");
}

/** The sample's folder first, then the others; settings for the whole window stand here, too. */
function writeWorkspaceFile(folder: string, more: readonly string[], settings: Readonly<Record<string, unknown>>): void {
  const folders = [folder, ...more.map((name) => path.join(folder, name))];
  for (const one of folders) mkdirSync(one, { recursive: true });
  writeFileSync(workspaceFile(folder), JSON.stringify({ folders: folders.map((one) => ({ path: one })), settings }));
}

/** The browser wants the other cores. */
const oneThread = { "hearth.threads": 1 };

/** Nothing that comes and goes by itself. */
const plain = { "editor.cursorBlinking": "solid", "git.enabled": false };

/** One that shows its conversation: a tab takes the focus before that, in the middle of what is typed elsewhere. */
async function isChat(frame: Frame): Promise<boolean> {
  if (frame.isDetached()) return false;
  return (await frame.locator(".model-name:not(:empty)").count().catch(() => 0)) > 0;
}
