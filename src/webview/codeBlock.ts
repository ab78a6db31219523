import { h } from "./dom";
import { icon } from "./icons";

export interface CodeActions {
  copy(text: string): Promise<void>;
  insert(text: string): void;
}

const shownMs = 1500;

/** Gives each code block a bar with its language and buttons. */
export function decorateCodeBlocks(root: ParentNode, actions: CodeActions): void {
  for (const pre of root.querySelectorAll("pre")) {
    const code = pre.querySelector("code");
    if (!code) continue;
    const block = h("div", { class: "code-block" }, bar(code, actions));
    pre.replaceWith(block);
    pre.tabIndex = 0;
    block.append(pre);
  }
}

/**
 * Takes over the code of `next` into a block that is on screen, so that its buttons and scroll position stay.
 * Returns false, having done nothing, where the two are not the same block.
 */
export function updateCodeBlock(shown: Element | null, next: Element | null): boolean {
  const from = codeOf(next);
  const into = codeOf(shown);
  if (!from || !into || from.className !== into.className) return false;
  into.replaceChildren(...from.childNodes);
  return true;
}

function codeOf(block: Element | null): Element | null {
  return block?.classList.contains("code-block") ? block.querySelector("pre > code") : null;
}

function bar(code: Element, actions: CodeActions): HTMLElement {
  const text = () => code.textContent.replace(/\n$/, "");
  return h(
    "div",
    { class: "code-bar" },
    h("span", { class: "code-language" }, languageOf(code)),
    copyButton(() => actions.copy(text())),
    button(icon("insert"), "Insert at cursor", () => actions.insert(text())),
  );
}

function languageOf(code: Element): string {
  return /(?:^| )language-(\S+)/.exec(code.className)?.[1] ?? "";
}

function copyButton(copy: () => Promise<void>): HTMLElement {
  const [usual, done] = [icon("copy"), icon("check")];
  const element = button(usual, "Copy", () => {
    void copy().then(() => {
      element.replaceChildren(done);
      setTimeout(() => element.replaceChildren(usual), shownMs);
    });
  });
  return element;
}

function button(picture: Node, label: string, click: () => void): HTMLButtonElement {
  return h("button", { class: "icon-button", type: "button", title: label, "aria-label": label, click }, picture);
}
