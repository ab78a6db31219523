import type { LlamaModel, Token } from "node-llama-cpp";
import type { Vocabulary } from "../runtime";

export class NativeVocabulary implements Vocabulary {
  readonly kind: "spm" | "other";
  readonly size: number;
  readonly bos: number | undefined;
  readonly eos: number | undefined;
  readonly addsBos: boolean;
  readonly #model: LlamaModel;

  constructor(model: LlamaModel) {
    this.#model = model;
    const kind: string = model.vocabularyType;
    this.kind = kind === "spm" ? "spm" : "other";
    this.size = model.fileInfo.metadata.tokenizer.ggml.tokens.length;
    this.bos = model.tokens.bos ?? undefined;
    this.eos = model.tokens.eos ?? undefined;
    this.addsBos = model.tokens.shouldPrependBosToken;
  }

  tokenize(text: string): number[] {
    return this.#model.tokenize(text, false);
  }

  tokenizeSpecial(text: string): number[] {
    return this.#model.tokenize(text, true);
  }

  detokenize(tokens: readonly number[], before: readonly number[] = []): string {
    return this.#model.detokenize(tokens as readonly Token[], false, before as readonly Token[]);
  }

  pieceOf(token: number): string {
    return this.#model.detokenize([token as Token], true);
  }

  isEndOfGeneration(token: number): boolean {
    return this.#model.isEogToken(token as Token);
  }

  isSpecial(token: number): boolean {
    return this.#model.isSpecialToken(token as Token);
  }
}
