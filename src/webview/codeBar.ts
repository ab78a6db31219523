import { t } from "../common/l10n";
import type { BlockActions, BlockCode } from "./codeBlock";
import type { FenceInfo } from "./codePath";
import { h } from "./dom";
import { icon, type IconName } from "./icons";
import { RovingFocus } from "./rovingFocus";

/** How long a button says that it has been done, ms. */
const shownMs = 1500;
/** Shorter blocks need no folding. */
const foldableLines = 16;
const shells = /^(?:bash|sh|shell|zsh|fish|ksh|console|shellscript|shell-session|terminal|powershell|pwsh|ps1|bat|cmd)$/i;

export interface CodeBar {
  readonly element: HTMLElement;
  show(info: FenceInfo): void;
  /** So many more lines have come. */
  count(lines: number): void;
}

/** The row above code: what it is, and what can be done with it. One stop of the Tab key. */
export function codeBar(pre: HTMLElement, code: () => BlockCode, actions: BlockActions): CodeBar {
  const language = h("span", { class: "code-language" });
  const path = h("span", { class: "code-path" });
  const run = button("terminal", t("Run in the terminal"), () => actions.runInTerminal(commandsOf(code())));
  const fold = foldButton(pre);
  const tools = h(
    "div",
    { class: "code-tools", role: "toolbar", "aria-label": t("This code") },
    copyButton(() => actions.copy(code().text)),
    button("insert", t("Insert at cursor"), () => actions.insert(code().text)),
    button("apply", t("Apply to a file…"), () => actions.apply(code())),
    button("newFile", t("Open as a new file"), () => actions.newFile(code())),
    run,
    fold.element,
  );
  const focus = new RovingFocus(tools);
  focus.update();
  return {
    element: h("div", { class: "code-bar" }, h("span", { class: "code-name" }, language, path), tools),
    show: (info) => {
      language.textContent = info.language;
      language.hidden = info.language === "";
      path.textContent = info.path ?? "";
      path.title = info.path ?? "";
      path.hidden = info.path === undefined;
      run.hidden = !shells.test(info.language);
      focus.update();
    },
    count: (lines) => {
      fold.count(lines);
      focus.update();
    },
  };
}

/** Of a session with a terminal, what was typed: the lines after a `$`. */
function commandsOf(code: BlockCode): BlockCode {
  const typed = code.text.split("\n").flatMap((line) => /^\s*\$ (.*)$/.exec(line)?.[1] ?? []);
  return typed.length === 0 ? code : { ...code, text: typed.join("\n") };
}

function foldButton(pre: HTMLElement) {
  let lines = 0;
  const element = button("down", "", () => {
    pre.classList.toggle("folded");
    show();
  });
  const show = () => {
    const folded = pre.classList.contains("folded");
    const label = folded ? t("Show all {0} lines", lines) : t("Fold the code");
    element.setAttribute("aria-expanded", String(!folded));
    element.setAttribute("aria-label", label);
    element.title = label;
    element.replaceChildren(icon(folded ? "right" : "down"));
  };
  element.hidden = true;
  return {
    element,
    count: (more: number) => {
      lines += more;
      if (lines < foldableLines) return;
      if (element.hidden || pre.classList.contains("folded")) show();
      element.hidden = false;
    },
  };
}

function copyButton(copy: () => Promise<void>): HTMLElement {
  const [usual, done] = [icon("copy"), icon("check")];
  const said = h("span", { class: "visually-hidden", role: "status" });
  const element = button("copy", t("Copy"), () => {
    void copy().then(() => {
      element.replaceChildren(done, said);
      said.textContent = t("Copied");
      setTimeout(() => {
        element.replaceChildren(usual, said);
        said.textContent = "";
      }, shownMs);
    });
  });
  element.replaceChildren(usual, said);
  return element;
}

function button(name: IconName, label: string, click: () => void): HTMLButtonElement {
  return h("button", { class: "icon-button", type: "button", title: label, "aria-label": label, click }, icon(name));
}
