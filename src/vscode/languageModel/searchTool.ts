import {
  type CancellationToken,
  type LanguageModelTool,
  type LanguageModelToolInvocationOptions,
  type LanguageModelToolInvocationPrepareOptions,
  LanguageModelTextPart,
  LanguageModelToolResult,
  type PreparedToolInvocation,
} from "vscode";
import { HearthError } from "../../common/errors";
import { t } from "../../common/l10n";
import type { CodeIndex } from "../../rag/ports";
import { chunkText, nothingFound, searchInput, withinBudget } from "./searchResults";
import { withTokenSignal } from "./tokenSignal";

export const searchToolName = "hearth_searchCode";

/** The index as a tool of the editor's language models: local search by words, symbols and, with an embedding model, meaning. */
export class SearchTool implements LanguageModelTool<object> {
  readonly #index: Pick<CodeIndex, "status" | "retrieve">;

  constructor(index: Pick<CodeIndex, "status" | "retrieve">) {
    this.#index = index;
  }

  prepareInvocation({ input }: LanguageModelToolInvocationPrepareOptions<object>): PreparedToolInvocation {
    const query = searchInput(input)?.query ?? "";
    return { invocationMessage: t("Searching the workspace's index for \"{0}\"", query) };
  }

  async invoke({ input, tokenizationOptions }: LanguageModelToolInvocationOptions<object>, token: CancellationToken): Promise<LanguageModelToolResult> {
    const wanted = searchInput(input);
    if (!wanted) throw new HearthError("bad-use", t("The search has no query."), { remedy: t("Pass the words to search for as \"query\".") });
    if (this.#index.status.kind === "off") {
      throw new HearthError("bad-use", t("This workspace is not indexed."), { remedy: t("Open a folder, and turn the setting hearth.index.enabled on.") });
    }
    const chunks = await withTokenSignal(token, (signal) => this.#index.retrieve({ text: wanted.query, limit: wanted.limit }, signal));
    const texts = chunks.map(chunkText);
    const kept = tokenizationOptions ? withinBudget(texts, await Promise.all(texts.map((text) => tokenizationOptions.countTokens(text, token))), tokenizationOptions.tokenBudget) : texts;
    return new LanguageModelToolResult(kept.length === 0 ? [new LanguageModelTextPart(nothingFound(wanted.query))] : kept.map((text) => new LanguageModelTextPart(text)));
  }
}
