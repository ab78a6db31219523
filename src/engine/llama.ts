import type { Llama, LlamaModel } from "node-llama-cpp";
import { contextError, libraryError, modelError, unreadable } from "./llamaErrors";
import type { Library } from "./native/library";
import { NativeBackends } from "./native/nativeBackends";
import { NativeChat } from "./native/nativeChat";
import { ggmlTypeName, longestEmbeddingInput } from "./native/contextDefaults";
import { NativeEmbedding } from "./native/nativeEmbedding";
import { kvBytesPerToken } from "./native/kvShape";
import { NativeInsights } from "./native/nativeInsights";
import { grammarBeginner } from "./native/nativeGrammar";
import { nativeMemory } from "./native/nativeMemory";
import { openVocabulary } from "./native/openVocabulary";
import { orderOutputs } from "./native/orderedOutputs";
import type { EngineConfig } from "./ports";
import type { ChatRuntime, EmbeddingRuntime, FileVocabulary, GpuReport, LlamaRuntime, LoadChatOptions, LoadEmbeddingOptions, MachineMemory, ModelInsights, RuntimeLog } from "./runtime";
import { mapsWeights } from "./weightMapping";

/** BOS and EOS around an embedding's text, and the cell the library keeps free. */
const embeddingOverhead = 3;

/** node-llama-cpp behind a narrow port; nothing is loaded before the first model. */
export class NativeLlama implements LlamaRuntime {
  readonly #backends: NativeBackends;

  constructor(log: RuntimeLog) {
    this.#backends = new NativeBackends(loadLibrary, log);
  }

  gpu(): Promise<GpuReport> {
    return this.#backends.gpu();
  }

  async loadChat(options: LoadChatOptions): Promise<ChatRuntime> {
    const llama = await this.#backends.for(options.gpuLayers);
    const model = await openModel(llama, options, options.contextSize * options.sequences);
    const contextSize = boundedContext(options.contextSize, model.trainContextSize);
    const { sequences, threads, flashAttention } = options;
    try {
      const context = await model.createContext({
        ...{ contextSize, sequences, threads, flashAttention },
        experimentalKvCacheKeyType: ggmlTypeName[options.kvCacheType],
        experimentalKvCacheValueType: ggmlTypeName[options.kvCacheType],
        createSignal: options.signal,
        failedCreationRemedy: false,
      });
      orderOutputs(context);
      const library = await loadLibrary();
      const libraryVersion = await library.getModuleVersion();
      const beginGrammar = grammarBeginner(library, llama, model);
      return new NativeChat({ llama, model, context, contextSize, threads, libraryVersion, beginGrammar, kvBytesPerToken: kvBytesPerToken(model.fileInfo, options.kvCacheType) });
    } catch (error) {
      await model.dispose();
      throw contextError(error, options.signal, await loadLibrary());
    }
  }

  async loadEmbedding(options: LoadEmbeddingOptions): Promise<EmbeddingRuntime> {
    const llama = await this.#backends.for(options.gpuLayers);
    const model = await openModel(llama, options, longestEmbeddingInput);
    const contextSize = boundedContext(longestEmbeddingInput, model.trainContextSize);
    try {
      // The library's default batch of 512 silently corrupts longer inputs of encoder models.
      const context = await model.createEmbeddingContext({
        contextSize,
        batchSize: contextSize,
        threads: options.threads,
        createSignal: options.signal,
      });
      return new NativeEmbedding(model, context, contextSize - embeddingOverhead);
    } catch (error) {
      await model.dispose();
      throw contextError(error, options.signal, await loadLibrary());
    }
  }

  async insights(file: string, gpuLayers: EngineConfig["gpuLayers"]): Promise<ModelInsights> {
    const llama = await this.#backends.for(gpuLayers);
    return NativeInsights.read(await loadLibrary(), llama, file).catch((error: unknown) => {
      throw unreadable(file, error);
    });
  }

  async vocabulary(file: string): Promise<FileVocabulary> {
    const llama = await this.#backends.for(0);
    return openVocabulary(llama, file).catch((error: unknown) => {
      throw unreadable(file, error);
    });
  }

  async memory(gpuLayers: EngineConfig["gpuLayers"]): Promise<MachineMemory> {
    const llama = await this.#backends.for(gpuLayers);
    return nativeMemory(llama, await this.#backends.started());
  }

  dispose(): Promise<void> {
    return this.#backends.dispose();
  }
}

async function loadLibrary(): Promise<Library> {
  try {
    return await import("node-llama-cpp");
  } catch (error) {
    throw libraryError(error);
  }
}

interface OpenOptions extends LoadEmbeddingOptions {
  readonly onProgress?: (fraction: number) => void;
}

/** @param tokens of the context that "auto" leaves room for on the GPU */
async function openModel(llama: Llama, options: OpenOptions, tokens: number): Promise<LlamaModel> {
  const { file, gpuLayers, signal, onProgress } = options;
  const onGpu = llama.gpu !== false && gpuLayers !== 0;
  try {
    return await llama.loadModel({
      modelPath: file,
      gpuLayers: gpuLayers === "auto" ? { fitContext: { contextSize: tokens } } : gpuLayers,
      useMmap: await mapsWeights({ file, onGpu, gpuMapsFiles: llama.gpuSupportsMmap, arch: process.arch }),
      // Without it a model whose file names a sliding window keeps a full copy of its KV cache for every turn.
      defaultContextSwaFullCache: true,
      loadSignal: signal,
      ...(onProgress && { onLoadProgress: onProgress }),
    });
  } catch (error) {
    throw modelError(error, signal, await loadLibrary());
  }
}

/** A file that does not name its trained size has no bound. */
function boundedContext(wanted: number, trained: number): number {
  return trained > 0 ? Math.min(wanted, trained) : wanted;
}
