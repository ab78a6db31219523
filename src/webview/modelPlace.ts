import { t } from "../common/l10n";
import type { ViewModelState } from "./protocol";

/** The machine that the model runs on; undefined: this one. */
export function serverOf(state: ViewModelState): string | undefined {
  return "server" in state ? state.server : undefined;
}

/** The machines that models run on; absent: this one. */
export interface ModelPlace {
  readonly server?: string | undefined;
  readonly embeddingServer?: string | undefined;
}

/** Where the model runs, and so where questions and code go. */
export function placeText({ server, embeddingServer }: ModelPlace): string {
  const index = embeddingServer === undefined ? undefined : t("The code of the index goes to {0}.", embeddingServer);
  if (server !== undefined) return index === undefined ? sentTo(server) : `${sentTo(server)} ${index}`;
  return index === undefined ? t("The model runs on this machine, and your code stays on it.") : `${t("The model runs on this machine.")} ${index}`;
}

/** What a person should know of a model that runs elsewhere. */
export function sentTo(server: string): string {
  return t("The model runs on {0}: your questions go there, with the code they need.", server);
}
