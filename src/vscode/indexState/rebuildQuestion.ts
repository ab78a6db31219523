import { t } from "../../common/l10n";
import type { IndexSummary } from "../../rag/ports";
import { counted } from "../../common/counted";

/** What to ask before an index is thrown away; undefined: it is made again in no time. */
export function rebuildQuestion(summary: IndexSummary | undefined): string | undefined {
  if (!summary || summary.embedded === 0) return undefined;
  return counted(
    summary.embedded,
    t("The index has {0} vector, which are made again, too. Rebuild it?"),
    t("The index has {0} vectors, which are made again, too. Rebuild it?"),
  );
}
