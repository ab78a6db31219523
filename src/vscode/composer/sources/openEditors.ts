import { type Tab, TabInputNotebook, TabInputText, TabInputTextDiff, type Uri, window } from "vscode";
import { t } from "../../../common/l10n";
import { bestPaths } from "../fuzzyFiles";
import { pathLabel } from "../../workspacePaths";
import { fileAttachment } from "../fileAttachment";
import { nothingThere } from "../nothingThere";
import type { MentionSource } from "./mentionSource";

/** The files of all tabs, each as a whole. */
export const openEditors: MentionSource = {
  kind: "openEditors",
  head() {
    const { length } = openFiles();
    return length === 0 ? undefined : { kind: "openEditors", id: "", label: t("Open editors"), detail: length === 1 ? t("1 file") : t("{0} files", length) };
  },
  rows(query, limit) {
    const paths = bestPaths(query, openPaths(), limit);
    return Promise.resolve(paths.map((path) => ({ kind: "openEditors" as const, id: path, label: path.split("/").at(-1) ?? path, detail: path })));
  },
  async resolve(id) {
    const files = openFiles().filter((uri) => id === "" || pathLabel(uri) === id);
    if (files.length === 0) throw nothingThere(t("No file is open."), t("Open a file, or attach one by its name."));
    const read = await Promise.allSettled(files.map(fileAttachment));
    const attachments = read.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
    // Pictures and empty files among several are passed over; alone they say why.
    const failed = read.find((result) => result.status === "rejected");
    if (attachments.length === 0 && failed) throw failed.reason;
    return attachments;
  },
};

/** Paths of the open files: the one in front first, then in the order of the tabs. */
export function openPaths(): readonly string[] {
  return openFiles().map(pathLabel);
}

function openFiles(): readonly Uri[] {
  const active = window.activeTextEditor?.document.uri;
  const tabs = window.tabGroups.all.flatMap((group) => group.tabs).flatMap(uriOf);
  const all = [...(active && tabs.some((uri) => uri.toString() === active.toString()) ? [active] : []), ...tabs];
  return [...new Map(all.map((uri) => [uri.toString(), uri])).values()];
}

function uriOf({ input }: Tab): readonly Uri[] {
  if (input instanceof TabInputText || input instanceof TabInputNotebook) return [input.uri];
  return input instanceof TabInputTextDiff ? [input.modified] : [];
}
