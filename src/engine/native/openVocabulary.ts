import type { Llama } from "node-llama-cpp";
import type { FileVocabulary } from "../runtime";
import { NativeVocabulary } from "./nativeVocabulary";

/** Reads a file's tokenizer and leaves its weights alone. */
export async function openVocabulary(llama: Llama, file: string): Promise<FileVocabulary> {
  const model = await llama.loadModel({ modelPath: file, gpuLayers: 0, vocabOnly: true });
  const { general, tokenizer } = model.fileInfo.metadata;
  return {
    vocabulary: new NativeVocabulary(model),
    hints: { architecture: general.architecture, name: general.name ?? "", template: tokenizer.chat_template },
    dispose: () => model.dispose(),
  };
}
