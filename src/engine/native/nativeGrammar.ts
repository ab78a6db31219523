import type { Llama, LlamaGrammarEvaluationState, LlamaModel } from "node-llama-cpp";
import { HearthError } from "../../common/errors";
import { t } from "../../common/l10n";
import type { Library } from "./library";

/** Begins to follow a GBNF grammar. Each answer needs a beginning of its own. Throws "bad-use" for a grammar that cannot be read. */
export type BeginGrammar = (grammar: string) => Promise<LlamaGrammarEvaluationState>;

export function grammarBeginner(library: Library, llama: Llama, model: LlamaModel): BeginGrammar {
  return async (text) => {
    try {
      return new library.LlamaGrammarEvaluationState({ model, grammar: await llama.createGrammar({ grammar: text }) });
    } catch (cause) {
      throw new HearthError("bad-use", t("The answer's form cannot be kept to: its grammar cannot be read."), {
        remedy: t("Send a simpler JSON schema."),
        cause,
      });
    }
  };
}
