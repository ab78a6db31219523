import { t } from "../common/l10n";

/** Whose setting names the model: the workspace's, or the person's, which counts in every workspace. */
export type ModelTarget = "workspace" | "user";

/** The workspace's own, unless there is no folder, or the editor would ignore it because the workspace is not trusted. */
export function modelTarget({ hasFolder, trusted }: { readonly hasFolder: boolean; readonly trusted: boolean }): ModelTarget {
  return hasFolder && trusted ? "workspace" : "user";
}

/** What a person is told before choosing a model. */
export function targetLabel(target: ModelTarget): string {
  return target === "workspace" ? t("Set for this workspace") : t("Set for you, in every workspace without a model of its own");
}
