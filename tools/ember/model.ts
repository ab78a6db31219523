/** Ember's shape. `train.py` reads it from the data's description. */
export const shape = {
  vocabularySize: 2048,
  layers: 6,
  width: 192,
  heads: 6,
  feedForward: 512,
  contextLength: 1024,
  ropeBase: 10_000,
  /** Of a head's 32 dimensions so many turn with the position; the others find equal tokens at any distance. */
  rotary: 16,
  normEpsilon: 1e-5,
} as const;

export const specialTokens = ["<|endoftext|>", "<|system|>", "<|user|>", "<|assistant|>", "<|end|>"] as const;

/** Stands in front of every conversation; short, since each of its tokens is read each time. */
export const systemPrompt = "You are Ember. Answer from the code that is given.";
