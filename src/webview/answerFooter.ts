import { h } from "./dom";
import { counted, promptLine, rangeLabel, shortRangeLabel, statsLine, stopNote } from "./format";
import { icon } from "./icons";
import type { ViewCitation, ViewStats } from "./protocol";
import type { Shell } from "./shell";

/** The code that the answer rests on, as buttons that open it. `left`: the model no longer sees it. */
export function citationList(citations: readonly ViewCitation[], left: boolean, shell: Pick<Shell, "openRange">): HTMLElement {
  const items = citations.map((citation) => h("li", {}, citationButton(citation, shell)));
  const label = `${counted(citations.length, "reference")}${left ? ", no longer in the model's context" : ""}`;
  return h("details", { class: "citations" }, h("summary", {}, label), h("ul", { "aria-label": "References" }, ...items));
}

function citationButton(citation: ViewCitation, shell: Pick<Shell, "openRange">): HTMLElement {
  const name = citation.symbol ?? "";
  const title = `Open ${rangeLabel(citation)}${name && ` (${name})`}`;
  return h(
    "button",
    { class: "citation", type: "button", title, click: () => shell.openRange(citation) },
    icon("file"),
    h("span", { class: "citation-path" }, shortRangeLabel(citation)),
    name !== "" && h("span", { class: "citation-symbol" }, name),
  );
}

/** What the answer cost; opened, how it was made. */
export function statsDetails(stats: ViewStats): HTMLElement {
  const rows: readonly [string, string | undefined][] = [
    ["Model", stats.model],
    ["Device", stats.device],
    ["Sampler", stats.sampler],
    ["Seed", String(stats.seed)],
    ["Prompt", promptLine(stats)],
    ["Prompt lookup", stats.lookup],
  ];
  const list = rows.flatMap(([name, value]) => (value === undefined ? [] : [h("dt", {}, name), h("dd", {}, value)]));
  return h("details", { class: "stats" }, h("summary", { title: "How this answer was made" }, statsLine(stats)), h("dl", {}, ...list));
}

export function stopNoteOf(stats: ViewStats): HTMLElement | undefined {
  const note = stopNote(stats.stopReason);
  return note === undefined ? undefined : h("p", { class: "note" }, icon("info"), note);
}
