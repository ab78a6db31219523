import type { Locator, Page } from "playwright-core";
import { eventually } from "./eventually";

/** The list that drops from the top of the window. */
export class QuickPick {
  constructor(readonly page: Page) {}

  get widget(): Locator {
    return this.page.locator(".quick-input-widget");
  }

  get input(): Locator {
    return this.widget.locator("input.input");
  }

  /** Rows that can be marked, with those whose text holds `text`. */
  rows(text?: string | RegExp): Locator {
    const rows = this.widget.locator(".quick-input-list .monaco-list-row");
    return text === undefined ? rows : rows.filter({ hasText: text });
  }

  get marked(): Locator {
    return this.widget.locator(".quick-input-list .monaco-list-row.focused");
  }

  /** The headings of groups that are on screen. */
  async headings(): Promise<readonly string[]> {
    return (await this.widget.locator(".quick-input-list-separator:visible").allInnerTexts()).filter((text) => text !== "");
  }

  async title(): Promise<string> {
    return this.widget.locator(".quick-input-title").innerText();
  }

  /** Marks the row by the arrow keys, as a person does. */
  async mark(text: string | RegExp): Promise<void> {
    await eventually(`the marked row ${String(text)}`, async () => {
      if ((await this.marked.filter({ hasText: text }).count()) > 0) return true;
      await this.page.keyboard.press("ArrowDown");
      return undefined;
    });
  }

  /** Runs a command that opens a list of its own with this title. */
  async open(command: string, title: string | RegExp): Promise<void> {
    await this.page.keyboard.press("F1");
    await this.input.waitFor();
    await this.input.fill(`>${command}`);
    await this.rows().getByText(command, { exact: true }).first().click();
    await this.widget.locator(".quick-input-title").getByText(title).waitFor();
  }

  /** Leaves without a choice. */
  async leave(): Promise<void> {
    await this.page.keyboard.press("Escape");
    await this.closed();
  }

  async closed(): Promise<void> {
    await this.input.waitFor({ state: "hidden" });
  }
}
