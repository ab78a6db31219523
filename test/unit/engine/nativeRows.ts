import { NativeLlama } from "../../../src/engine/llama";
import type { ChatRuntime, LoadChatOptions, SequencePort } from "../../../src/engine/runtime";
import { type DecoderKind, testModel, type TestModelOptions } from "../../fixtures/models";

const never = new AbortController().signal;

/** KV cache rows of small models on one thread, without an engine over them. One for a whole suite: the library starts once. */
export class NativeRows {
  readonly #llama = new NativeLlama(() => undefined);
  readonly #chats: ChatRuntime[] = [];

  async chat(kind: DecoderKind, modelOptions: TestModelOptions = {}, options: Partial<LoadChatOptions> = {}): Promise<ChatRuntime> {
    const chat = await this.#llama.loadChat({
      file: await testModel(kind, modelOptions),
      ...{ gpuLayers: 0, contextSize: 512, threads: 1, sequences: 1, kvCacheType: "f16", flashAttention: false },
      signal: never,
      onProgress: () => undefined,
      ...options,
    });
    this.#chats.push(chat);
    return chat;
  }

  async first(kind: DecoderKind, modelOptions: TestModelOptions = {}, options: Partial<LoadChatOptions> = {}): Promise<{ chat: ChatRuntime; sequence: SequencePort }> {
    const chat = await this.chat(kind, modelOptions, options);
    const [sequence] = chat.sequences;
    if (!sequence) throw new Error("A context has at least one row.");
    return { chat, sequence };
  }

  /** Frees the models; new ones may be loaded afterwards. */
  async clear(): Promise<void> {
    for (const chat of this.#chats.splice(0)) await chat.dispose();
  }

  async dispose(): Promise<void> {
    await this.clear();
    await this.#llama.dispose();
  }
}
