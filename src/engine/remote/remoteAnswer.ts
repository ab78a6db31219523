import type { Log } from "../../common/log";
import type { GenerateEvent, GenerateOrigin, GenerateRequest, GenerateResult, ModelInfo, Sampling, StopReason } from "../ports";
import { checkMaxTokens, checkSampling, drawSeed } from "../samplers";
import { AnswerProgress } from "./answerProgress";
import { answerRequest } from "./answerRequest";
import { countedPrompt, promptHash } from "./chatMessages";
import { measurePrompt } from "./promptMeasure";
import type { ConnectedServer } from "./remoteChat";
import { refusedField, samplingWithout, withoutFields } from "./refusedFields";
import { sentSampling } from "./samplingFields";
import type { ServerClient, ServerRequest } from "./serverClient";
import type { ServerKind } from "./serverModel";
import { noStats } from "./stoppedAnswer";
import { streamAnswer } from "./streamAnswer";

export interface RemoteAnswerOptions {
  readonly request: GenerateRequest;
  readonly client: ServerClient;
  readonly signal: AbortSignal;
  readonly log: Log;
  readonly retryDelays: readonly number[] | undefined;
}

/** Servers that refuse an answer that could run over the end of the context, instead of ending it there. */
const refusesLongAnswers: ReadonlySet<ServerKind> = new Set<ServerKind>(["vllm", "other"]);
/** What a count of a prompt may be off by, as a share of it and in tokens. */
const slack = { counted: 0.01, guessed: 0.15, least: 16 };

/** One question to a server, from its sending to the record of its answer. */
export class RemoteAnswer {
  readonly #options: RemoteAnswerOptions;
  readonly #startedAt = performance.now();
  readonly #seed: number;
  #sampling: Sampling;
  #progress: AnswerProgress | undefined;

  /** Throws "bad-setting" for values that are out of range. */
  constructor(options: RemoteAnswerOptions) {
    const { sampling, maxTokens } = options.request;
    checkSampling(sampling);
    checkMaxTokens(maxTokens);
    this.#options = options;
    this.#seed = sampling.seed ?? drawSeed();
    this.#sampling = { ...sampling, seed: this.#seed };
  }

  /** Ends with a "done". Throws abort errors, after which `stopped` has the "done". */
  async *run(server: ConnectedServer): AsyncGenerator<GenerateEvent, void, undefined> {
    const { request, client, signal } = this.#options;
    const { model, counter, info } = server;
    const size = await measurePrompt(request, info.contextSize, counter, signal);
    const sent = sentSampling(request, this.#seed, model.kind);
    const progress = (this.#progress = new AnswerProgress({
      ...{ maxTokens: request.maxTokens, hasStopTexts: (request.stopTexts ?? []).length > 0, startedAt: this.#startedAt },
      guess: { promptTokens: size.promptTokens, tokensOf: (text) => counter.guess(text) },
    }));
    const maxTokens = boundedAnswer(request.maxTokens, size.promptTokens, server);
    const wanted = answerRequest(request, { address: client.address, model, sampling: sent.fields, maxTokens });
    yield* this.#stream(wanted, sent.sampling, progress, server.refused);
    if (progress.promptTokens !== undefined) await counter.learn(countedPrompt(request), progress.promptTokens, signal);
    yield this.#done(progress.stopReason(), info);
  }

  /** A strict server refuses fields that it does not know: they are left out, for this question and for those after it. */
  async *#stream(wanted: ServerRequest, sampling: Sampling, progress: AnswerProgress, refused: Set<string>): AsyncGenerator<GenerateEvent, void, undefined> {
    const { client, signal, log, retryDelays } = this.#options;
    for (;;) {
      const request = withoutFields(wanted, refused);
      this.#sampling = samplingWithout(sampling, refused);
      try {
        return yield* streamAnswer({ client, request, progress, signal, log, ...(retryDelays && { retryDelays }) });
      } catch (error) {
        const field = refusedField(error, request);
        if (field === undefined) throw error;
        log.write("info", `The server does not take "${field}", so it is left out.`);
        refused.add(field);
      }
    }
  }

  /** The end of an answer that was stopped. */
  stopped(reason: StopReason, info: ModelInfo | undefined): GenerateEvent {
    return this.#done(reason, info);
  }

  #done(stopReason: StopReason, info: ModelInfo | undefined): { readonly type: "done" } & GenerateResult {
    const progress = this.#progress;
    return {
      type: "done",
      ...{ stopReason, seed: this.#seed, sampling: this.#sampling, model: info?.id ?? "", modelHash: info?.hash ?? "" },
      stats: progress?.stats() ?? noStats,
      tokens: [...(progress?.tokens ?? [])],
      ...(progress && info && { origin: this.#origin(info) }),
    };
  }

  #origin({ format, libraryVersion, device, gpuLayers }: ModelInfo): GenerateOrigin {
    return { format, libraryVersion, device, gpuLayers, promptHash: promptHash(this.#options.request) };
  }
}

function boundedAnswer(maxTokens: number, promptTokens: number, { model, counter }: ConnectedServer): number {
  if (!refusesLongAnswers.has(model.kind)) return maxTokens;
  const doubt = Math.max(slack.least, Math.ceil(promptTokens * (counter.isEstimate ? slack.guessed : slack.counted)));
  return Math.max(1, Math.min(maxTokens, model.contextSize - promptTokens - doubt));
}
