import { t } from "../../../common/l10n";
import { rangeLabel } from "../../../chat/rangeLabel";
import type { Attachment } from "../../../chat/types";
import { nothingThere } from "../nothingThere";
import { type MentionSource, noRows } from "./mentionSource";

/** What is selected in the editor that the person was in last. */
export function selectionSource(selection: () => Attachment | undefined): MentionSource {
  return {
    kind: "selection",
    head() {
      const selected = selection();
      return selected && { kind: "selection", id: "", label: t("Selection"), detail: rangeLabel(selected) };
    },
    rows: noRows,
    resolve() {
      const selected = selection();
      return selected ? Promise.resolve([selected]) : Promise.reject(nothingThere(t("Nothing is selected."), t("Select code in an editor first.")));
    },
  };
}
