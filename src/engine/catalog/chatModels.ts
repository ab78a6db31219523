import { t } from "../../common/l10n";
import type { ChatCatalogModel } from "../catalog";

const systemPrompt =
  "You are Hearth, a coding assistant that runs on the user's own machine. Answer from the code that is given where it helps, " +
  "and name the file you speak of. Be brief, show code in fenced blocks with their language, and say so when you do not know.";

/** Sizes and hashes are published ones; each comment says by whom. */
export const chatModels = [
  {
    // Hash: LocalAI's model gallery (gallery/index.yaml, "phi-3-mini-4k-instruct"); the size is given with the same hash
    // by several apps that ship this download.
    id: "phi3-mini",
    role: "chat",
    file: "Phi-3-mini-4k-instruct-q4.gguf",
    source: "hf:microsoft/Phi-3-mini-4k-instruct-gguf/Phi-3-mini-4k-instruct-q4.gguf",
    sha256: "8a83c7fb9049a9b2e92266fa7ad04933bb53aa1e85136b7b30f1b8000ff2edef",
    sizeBytes: 2_393_231_072,
    contextLength: 4096,
    format: "phi3",
    stopTokens: ["<|end|>", "<|endoftext|>"],
    stopTexts: [],
    defaults: {
      sampling: { sampler: "top-p", temperature: 0.2, topK: 40, topP: 0.95, minP: 0.05, repeatPenalty: 1 },
      maxTokens: 1024,
      systemPrompt,
    },
    get description() {
      return t("Phi-3 mini 3.8B, 4-bit: small and quick, answers well about code in a short context.");
    },
    licence: "MIT",
    shape: {
      ...{ layers: 32, width: 3072, heads: 32, kvWidth: 6144 },
      ...{ vocabularySize: 32_064, vocabularyEntries: 32_064, weightBytes: 2_393_231_072, embeddingBytes: 55_400_000, outputBytes: 80_800_000 },
    },
  },
  {
    // Hash and size: two independent model lists pin the same pair for TheBloke's file (revision 2f064ee0).
    id: "codellama-7b",
    role: "chat",
    file: "codellama-7b-instruct.Q4_K_M.gguf",
    source: "hf:TheBloke/CodeLlama-7B-Instruct-GGUF/codellama-7b-instruct.Q4_K_M.gguf",
    sha256: "0701500c591c2c1b910516658e58044cdfa07b2e8b5a2e3b6808d983441daf1a",
    sizeBytes: 4_081_095_360,
    contextLength: 16_384,
    format: "llama2",
    stopTokens: ["</s>"],
    stopTexts: ["[INST]"],
    defaults: {
      sampling: { sampler: "top-p", temperature: 0.2, topK: 40, topP: 0.95, minP: 0.05, repeatPenalty: 1 },
      maxTokens: 2048,
      systemPrompt,
    },
    get description() {
      return t("CodeLlama 7B Instruct, 4-bit: trained on code, longer context.");
    },
    licence: "Llama 2 Community License",
    shape: {
      ...{ layers: 32, width: 4096, heads: 32, kvWidth: 8192 },
      ...{ vocabularySize: 32_016, vocabularyEntries: 32_016, weightBytes: 4_081_095_360, embeddingBytes: 73_800_000, outputBytes: 107_600_000 },
    },
  },
  {
    // Hash and size: more than five public model lists pin the same pair for bartowski's file (revision bf5b95e9).
    id: "llama3.1-8b",
    role: "chat",
    file: "Meta-Llama-3.1-8B-Instruct-Q4_K_M.gguf",
    source: "hf:bartowski/Meta-Llama-3.1-8B-Instruct-GGUF/Meta-Llama-3.1-8B-Instruct-Q4_K_M.gguf",
    sha256: "7b064f5842bf9532c91456deda288a1b672397a54fa729aa665952863033557c",
    sizeBytes: 4_920_739_232,
    contextLength: 131_072,
    format: "llama3",
    stopTokens: ["<|eot_id|>", "<|eom_id|>", "<|end_of_text|>"],
    stopTexts: [],
    defaults: {
      // Meta's generation_config.json: temperature 0.6, top-p 0.9; cooler here, for code.
      sampling: { sampler: "top-p", temperature: 0.4, topK: 40, topP: 0.9, minP: 0.05, repeatPenalty: 1 },
      maxTokens: 2048,
      systemPrompt,
    },
    get description() {
      return t("Llama 3.1 8B Instruct, 4-bit: the most able of the list; wants 8 GB of memory.");
    },
    licence: "Llama 3.1 Community License",
    shape: {
      ...{ layers: 32, width: 4096, heads: 32, kvWidth: 2048 },
      ...{ vocabularySize: 128_256, vocabularyEntries: 408_403, weightBytes: 4_920_739_232, embeddingBytes: 295_500_000, outputBytes: 430_900_000 },
    },
  },
  {
    // No published hash was found for this file: the download is checked against what the source announces.
    id: "qwen2-1.5b",
    role: "chat",
    file: "qwen2-1_5b-instruct-q4_k_m.gguf",
    source: "hf:Qwen/Qwen2-1.5B-Instruct-GGUF/qwen2-1_5b-instruct-q4_k_m.gguf",
    contextLength: 32_768,
    format: "chatml",
    stopTokens: ["<|im_end|>", "<|endoftext|>"],
    stopTexts: [],
    defaults: {
      // Qwen's generation_config.json: temperature 0.7, top-p 0.8, repetition penalty 1.1; cooler here, for code.
      sampling: { sampler: "top-p", temperature: 0.4, topK: 20, topP: 0.8, minP: 0, repeatPenalty: 1.1 },
      maxTokens: 2048,
      systemPrompt,
    },
    get description() {
      return t("Qwen2 1.5B Instruct, 4-bit: the smallest, for machines with little memory.");
    },
    licence: "Apache-2.0",
    // No published size was found for the file: this one is summed up over its tensors.
    shape: {
      ...{ layers: 28, width: 1536, heads: 12, kvWidth: 512 },
      ...{ vocabularySize: 151_936, vocabularyEntries: 303_323, weightBytes: 986_000_000, embeddingBytes: 191_400_000, outputBytes: "tied" },
    },
  },
  {
    // Trained in this repository: models/README.md has its recipe, its scores and its limits.
    id: "ember",
    role: "chat",
    file: "ember.gguf",
    source: "bundled",
    sha256: "c796f5d08273ba47f48005dd9abd979a71868db81ae9593b053f42b1048938df",
    sizeBytes: 3_307_584,
    contextLength: 1024,
    format: "phi3",
    stopTokens: ["<|end|>", "<|endoftext|>"],
    stopTexts: [],
    defaults: {
      sampling: { sampler: "greedy", temperature: 0, topK: 40, topP: 1, minP: 0, repeatPenalty: 1 },
      maxTokens: 160,
      systemPrompt: "You are Ember. Answer from the code that is given.",
      answersOnly: true,
    },
    get description() {
      return t("Ember 3M: comes with Hearth. Very small: tells where code is defined, what it takes and what it calls, and no more.");
    },
    licence: "MIT",
    shape: {
      ...{ layers: 6, width: 192, heads: 6, kvWidth: 384 },
      ...{ vocabularySize: 2048, vocabularyEntries: 3834, weightBytes: 3_307_584, embeddingBytes: 418_000, outputBytes: "tied" },
    },
  },
] as const satisfies readonly ChatCatalogModel[];
