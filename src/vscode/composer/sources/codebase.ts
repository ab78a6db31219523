import { t } from "../../../common/l10n";
import { textAttachment } from "../../../chat/attachmentText";
import type { CodeIndex } from "../../../rag/ports";
import { folderListing } from "../folderListing";
import { nothingThere } from "../nothingThere";
import { type MentionSource, noRows } from "./mentionSource";

/** Files of the map; about 2,000 tokens. */
const mostFiles = 60;

export interface CodebaseDeps {
  readonly index: Pick<CodeIndex, "map" | "status">;
  /** Whether questions are answered with code that is searched for. */
  readonly search: { readonly enabled: boolean; set(enabled: boolean): Promise<void> };
}

/** The whole workspace: turns the search for code on, and attaches a map of the files that the others refer to most. */
export function codebaseSource({ index, search }: CodebaseDeps): MentionSource {
  return {
    kind: "codebase",
    head: () => (index.status.kind === "off" ? undefined : { kind: "codebase", id: "", label: t("Codebase"), detail: t("a map of the workspace; turns the search for code on") }),
    rows: noRows,
    async resolve() {
      const map = index.status.kind === "off" ? [] : await index.map(mostFiles);
      if (map.length === 0) throw nothingThere(t("There is no index of this workspace yet."), t("Wait until it is made, or turn on the setting hearth.index.enabled."));
      if (!search.enabled) await search.set(true);
      const text = folderListing(map.map(({ path }) => path), new Map(map.map(({ path, signatures }) => [path, signatures])));
      return [textAttachment({ source: "codebase", path: "codebase", label: t("Codebase: the {0} most central files", map.length), text })];
    },
  };
}
