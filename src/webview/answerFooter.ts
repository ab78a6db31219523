import { t } from "../common/l10n";
import { h } from "./dom";
import { promptLine, statsLine, stopNote } from "./format";
import { icon } from "./icons";
import type { ViewAction, ViewNote, ViewStats } from "./protocol";

/** What the answer cost; opened, how it was made. */
export function statsDetails(stats: ViewStats): HTMLElement {
  const rows: readonly [string, string | undefined][] = [
    [t("Model"), stats.model],
    [t("Device"), stats.device],
    [t("Sampler"), stats.sampler],
    [t("Guidance"), stats.guidance],
    [t("Seed"), String(stats.seed)],
    [t("Prompt"), promptLine(stats)],
    [t("Prompt lookup"), stats.lookup],
  ];
  const list = rows.flatMap(([name, value]) => (value === undefined ? [] : [h("dt", {}, name), h("dd", {}, value)]));
  return h("details", { class: "stats" }, h("summary", { title: t("How this answer was made") }, statsLine(stats)), h("dl", {}, ...list));
}

export function stopNoteOf(stats: ViewStats): HTMLElement | undefined {
  const note = stopNote(stats.stopReason);
  return note === undefined ? undefined : h("p", { class: "note" }, icon("info"), note);
}

/** Of which model the answer is, where that limits what it is worth. */
export function modelNote({ text, button }: ViewNote, act: (action: ViewAction) => void): HTMLElement {
  const open = h("button", { class: "note-action", type: "button", "data-action": button.action, click: () => act(button.action) }, button.label);
  return h("p", { class: "note model-note" }, icon("info"), h("span", {}, text, " ", open));
}
