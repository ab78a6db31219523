import { performance } from "node:perf_hooks";
import { describeError, errorCode, type ErrorCode } from "../../common/errors";
import { language, t } from "../../common/l10n";
import type { ServerConfig, ServerRole } from "../../engine/ports";
import { answeringModel, type ServerModel, serverModels } from "./serverModels";
import { serverLabel } from "./serverName";

/** What came of asking a server. */
export type ServerCheck =
  | { readonly kind: "fine"; readonly message: string }
  | { readonly kind: "amiss"; readonly message: string; readonly code: ErrorCode | undefined };

/** Asks a server for the model that is wanted of it. Never rejects. */
export async function checkServer(role: ServerRole, server: ServerConfig, key: string | undefined, now: () => number = () => performance.now()): Promise<ServerCheck> {
  const start = now();
  try {
    const { id, contextSize } = role === "chat" ? await answeringModel(server, key) : await embeddingModel(server, key);
    const label = serverLabel({ ...server, model: id });
    const ms = Math.round(now() - start);
    const message = contextSize === undefined ? t("{0} is there: it answered in {1} ms.", label, ms) : t("{0} is there, with a context of {1} tokens: it answered in {2} ms.", label, contextSize.toLocaleString(language()), ms);
    return { kind: "fine", message };
  } catch (error) {
    return { kind: "amiss", message: describeError(error), code: errorCode(error) };
  }
}

/** Some servers take names that they do not list, so the one that is set is taken at its word. */
async function embeddingModel({ url, model }: ServerConfig, key: string | undefined): Promise<Pick<ServerModel, "id" | "contextSize">> {
  const [first] = await serverModels(url, key);
  return { id: model || (first?.id ?? "") };
}
