import type { LlamaContextSequence, SequenceEvaluateOptions, Token } from "node-llama-cpp";
import { HearthError } from "../../common/errors";

/** What the library's own drawing does for a step, taken apart. Its types leave these members out. */
export interface StepAccess {
  /** Evaluates tokens; `draw` is called while the last one's logits are there. The cache holds the tokens afterwards. */
  evaluate<T>(tokens: readonly number[], draw: (logits: number) => Promise<T>): Promise<T>;
  /** A sampler of its own; end it. */
  sampler(): Sampler;
  /** `options` as a sampler takes them, read anew. */
  config(options: SequenceEvaluateOptions): SamplerConfig;
}

/** Samplers keep their state, such as the seed's, from draw to draw. */
export interface Sampler {
  draw(logits: number, config: SamplerConfig): Promise<number>;
  /** As `draw`, with the tokens that the sampler's cuts left and their shares, likeliest first where it has cut by number. */
  candidates(logits: number, config: SamplerConfig): Promise<Candidates>;
  end(): void;
}

export interface Candidates {
  readonly tokens: Uint32Array;
  readonly shares: Float32Array;
}

export type SamplerConfig = Readonly<Record<string, unknown>>;

/** As the library has them, in the version that is pinned. */
interface NativeSampler {
  applyConfig(config: SamplerConfig): void;
  dispose(): void;
}

interface NativeParts {
  readonly sequence: {
    _decodeTokens(tokens: Token[], logits: true[], priority: number, meter: unknown, shift: unknown, map: (logits: number) => Promise<unknown>): Promise<readonly unknown[]>;
    _resolveSamplerConfig(options: SequenceEvaluateOptions): SamplerConfig;
    readonly _tokenMeter: unknown;
    readonly _contextShift: unknown;
  };
  readonly context: { sampleToken(logits: number, sampler: NativeSampler, shares?: boolean): Promise<unknown> };
  readonly model: object;
  readonly AddonSampler: new (model: object) => NativeSampler;
}

/** The library's default. */
const evaluationPriority = 5;

/**
 * Reaches behind the library's public methods, which offer no place between a step's logits and its draw: a bias is
 * asked for before the logits can be seen, and drawing outside of the library would lose its samplers, seed and grammar.
 * Throws "internal" where a version of the library has other insides.
 */
export function stepAccess(sequence: LlamaContextSequence): StepAccess {
  const parts = nativeParts(sequence);
  return {
    evaluate: (tokens, draw) => evaluate(parts, tokens, draw),
    sampler: () => sampler(parts),
    config: (options) => parts.sequence._resolveSamplerConfig(options),
  };
}

async function evaluate<T>({ sequence }: NativeParts, tokens: readonly number[], draw: (logits: number) => Promise<T>): Promise<T> {
  const wanted: true[] = [];
  wanted[tokens.length - 1] = true;
  const outcome: { drawn?: PromiseSettledResult<T> } = {};
  await sequence._decodeTokens([...tokens] as Token[], wanted, evaluationPriority, sequence._tokenMeter, sequence._contextShift, async (logits) => {
    // A rejection in here would end the library's whole batch.
    [outcome.drawn] = await Promise.allSettled([draw(logits)]);
  });
  if (outcome.drawn?.status === "fulfilled") return outcome.drawn.value;
  throw outcome.drawn?.reason ?? changedLibrary();
}

function sampler({ AddonSampler, model, context }: NativeParts): Sampler {
  const native = new AddonSampler(model);
  return {
    async draw(logits, config) {
      native.applyConfig(config);
      return tokenOf(await context.sampleToken(logits, native));
    },
    async candidates(logits, config) {
      native.applyConfig(config);
      return candidatesOf(await context.sampleToken(logits, native, true));
    },
    end: () => native.dispose(),
  };
}

/** The library gives -1 where nothing can be drawn. */
function tokenOf(value: unknown): number {
  if (typeof value === "number" && value >= 0) return value;
  throw new HearthError("internal", "The model's library drew no token.");
}

/** A token and a list of token, share, token, share ... */
function candidatesOf(value: unknown): Candidates {
  const pairs: unknown = Array.isArray(value) ? value[1] : undefined;
  if (!Array.isArray(pairs)) throw changedLibrary();
  const numbers = Float64Array.from(pairs as readonly number[]);
  const count = numbers.length / 2;
  return {
    tokens: Uint32Array.from({ length: count }, (_, i) => numbers[2 * i] ?? 0),
    shares: Float32Array.from({ length: count }, (_, i) => numbers[2 * i + 1] ?? 0),
  };
}

function nativeParts(sequence: LlamaContextSequence): NativeParts {
  const context = member(sequence, "context");
  const model = member(context, "model");
  const parts = {
    sequence,
    context: member(context, "_ctx"),
    model: member(model, "_model"),
    AddonSampler: member(member(member(model, "llama"), "_bindings"), "AddonSampler"),
  };
  const methods = [member(sequence, "_decodeTokens"), member(sequence, "_resolveSamplerConfig"), member(parts.context, "sampleToken"), parts.AddonSampler];
  if (isNativeParts(parts) && methods.every((method) => typeof method === "function") && typeof parts.model === "object") return parts;
  throw changedLibrary();
}

function isNativeParts(parts: object): parts is NativeParts {
  return ["_tokenMeter", "_contextShift"].every((name) => member(member(parts, "sequence"), name) !== undefined);
}

function member(owner: unknown, name: string): unknown {
  const value: unknown = typeof owner === "object" && owner !== null ? Reflect.get(owner, name) : undefined;
  return value;
}

function changedLibrary(): HearthError {
  return new HearthError("internal", "This version of the model library gives guidance no access to its draws.", { remedy: "Turn guidance off." });
}
