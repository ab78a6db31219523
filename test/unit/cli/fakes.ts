import { PassThrough, Readable, Writable } from "node:stream";
import { createAssistant } from "../../../src/assistant";
import { memoryStore } from "../../../src/chat/memoryStore";
import { Emitter } from "../../../src/common/emitter";
import { HearthError } from "../../../src/common/errors";
import { silentLog } from "../../../src/common/log";
import type { FitReport, FitRequest, ModelReport } from "../../../src/engine/modelReports";
import type { Engine, EngineState, GenerateEvent, GenerateRequest, ModelInfo, ModelListing, Prompt } from "../../../src/engine/ports";
import { type Cores, type CoreSetup, settingsWithRules } from "../../../src/cli/core";
import { runCli } from "../../../src/cli/runCli";
import { createTerminal } from "../../../src/cli/terminal";
import { FakeIndex } from "./fakeIndex";

export const info: ModelInfo = {
  id: "fake",
  file: "fake.gguf",
  hash: "00",
  format: "phi3",
  contextSize: 4096,
  trainedContextSize: 4096,
  sequences: 1,
  device: "cpu",
  gpuLayers: 0,
  layers: 33,
  threads: 1,
  prefillThreads: 1,
  kvCacheType: "f16",
  flashAttention: false,
  libraryVersion: "3.21.1",
  loadMs: 1,
  defaults: {
    sampling: { sampler: "greedy", temperature: 0, topK: 40, topP: 0.95, minP: 0, repeatPenalty: 1 },
    maxTokens: 64,
    systemPrompt: "",
  },
};

export const fitReport: FitReport = {
  model: "phi3-mini",
  contextSize: 4096,
  sequences: 2,
  verdict: { kind: "fits" },
  summary: "Fits: it needs 5.5 GB of the 8.0 GB of memory that are free.",
  gpuLayers: 0,
  layers: 33,
  weights: { ram: 2.3e9, vram: 0 },
  kvCache: { ram: 3e9, vram: 0 },
  compute: { ram: 2e8, vram: 0 },
  total: { ram: 5.5e9, vram: 0 },
  free: { ram: 8e9, vram: 0 },
  device: "cpu",
  estimated: false,
};

export const modelReport: ModelReport = {
  file: "/models/phi3.gguf",
  sizeBytes: 2_393_231_072,
  name: "Phi3",
  role: "chat",
  architecture: "phi3",
  parameters: 3_821_079_552,
  quantization: "Q4_K_M",
  layers: 33,
  trainedContextSize: 4096,
  vocabularySize: 32_064,
  tokenizer: "llama",
  template: "{% for message in messages %}",
  format: "phi3",
  formatReason: "The file's template is Phi-3's.",
  memory: [
    { contextSize: 512, gpuLayers: 0, need: { ram: 2.6e9, vram: 0 }, fits: true },
    { contextSize: 4096, gpuLayers: 0, need: { ram: 4e9, vram: 0 }, fits: true },
  ],
  sequences: 1,
};

/** Answers with the words of the question, one an event; counts a token for each word. */
export class FakeEngine implements Engine {
  readonly requests: GenerateRequest[] = [];
  readonly forgotten: string[] = [];
  readonly released: string[] = [];
  readonly discarded: string[] = [];
  readonly fitRequests: FitRequest[] = [];
  /** What `fit` says; the model is the one that was asked for. */
  fitReport = fitReport;
  disposed = false;
  /** Throws on load. */
  problem: HearthError | undefined;
  /** Waits for the signal after the first word. */
  hangs = false;
  /** Called when an answer was stopped. */
  onStopped: () => void = () => undefined;
  state: EngineState = { kind: "idle", model: "fake" };
  readonly #changed = new Emitter<EngineState>();
  readonly onDidChangeState = this.#changed.subscribe;

  load(): Promise<ModelInfo> {
    if (this.problem) return Promise.reject(this.problem);
    this.state = { kind: "ready", info };
    return Promise.resolve(info);
  }

  measure(prompt: Prompt) {
    const turnTokens = prompt.turns.map((turn) => turn.user.split(" ").length);
    const promptTokens = turnTokens.reduce((sum, count) => sum + count, 0);
    return Promise.resolve({ promptTokens, contextSize: info.contextSize, turnTokens, contextTokens: turnTokens.map(() => 0) });
  }

  countTokens(texts: readonly string[]) {
    return Promise.resolve(texts.map((text) => text.split(/\s+/).length));
  }

  async *generate(request: GenerateRequest, signal: AbortSignal): AsyncGenerator<GenerateEvent, void, undefined> {
    this.requests.push(request);
    const words = (request.turns.at(-1)?.user.split(/\s+/) ?? []).filter(Boolean);
    const promptTokens = (await this.measure(request)).promptTokens;
    yield { type: "prefill", done: 1, total: promptTokens, reused: 0, restored: 0 };
    let sent = 0;
    for (const word of words) {
      if (signal.aborted) break;
      yield { type: "text", text: `${word} ` };
      sent++;
      if (this.hangs) await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
    }
    if (signal.aborted) this.onStopped();
    yield {
      type: "done",
      stats: {
        promptTokens,
        reusedTokens: 0,
        restoredTokens: 0,
        evaluatedTokens: promptTokens,
        generatedTokens: sent,
        timeToFirstTokenMs: 1,
        decodeTokensPerSecond: 2,
        prefillTokensPerSecond: 3,
      },
      stopReason: signal.aborted ? "aborted" : "endOfTurn",
      seed: request.sampling.seed ?? 1,
      model: "fake",
      modelHash: "00",
      sampling: request.sampling,
      tokens: words.slice(0, sent).map((_, at) => at),
    };
  }

  async resume(prompt: Prompt) {
    const { promptTokens } = await this.measure(prompt);
    return { tokens: promptTokens, restoredTokens: 0, evaluatedTokens: promptTokens };
  }

  release(conversation: string) {
    this.released.push(conversation);
    return Promise.resolve();
  }

  forget(conversation: string) {
    this.forgotten.push(conversation);
    return Promise.resolve();
  }

  info() {
    return Promise.resolve(undefined);
  }

  embed() {
    return Promise.resolve([]);
  }

  configure() {
    return Promise.resolve();
  }

  async *download(model: string) {
    yield await Promise.resolve({ receivedBytes: 5, totalBytes: 10, phase: "download" as const });
    if (model === "broken") throw new HearthError("download-failed", "The server said 404.", { remedy: "Try again." });
    yield { receivedBytes: 10, totalBytes: 10, phase: "verify" as const };
  }

  discardDownload(model: string) {
    this.discarded.push(model);
    return Promise.resolve();
  }

  fit(request: FitRequest): Promise<FitReport> {
    this.fitRequests.push(request);
    if (this.problem) return Promise.reject(this.problem);
    return Promise.resolve({ ...this.fitReport, ...(request.model !== undefined && { model: request.model }) });
  }

  inspect(model: string): Promise<ModelReport> {
    if (this.problem) return Promise.reject(this.problem);
    return Promise.resolve({ ...modelReport, file: model });
  }

  models(): Promise<readonly ModelListing[]> {
    const base = { role: "chat", source: "hf:a/b", contextLength: 4096, description: "A model" } as const;
    return Promise.resolve([
      { ...base, id: "phi3-mini", file: "/models/phi3.gguf", sizeBytes: 2.3e9 },
      { ...base, id: "other" },
    ]);
  }

  dispose() {
    this.disposed = true;
    return Promise.resolve();
  }
}

export interface CliRun {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly rows: readonly Record<string, unknown>[];
}

/** The program with fakes for its processes and its terminal. */
export class FakeCli {
  readonly engine = new FakeEngine();
  readonly index = new FakeIndex();
  readonly setups: Partial<CoreSetup>[] = [];
  readonly stop = new AbortController();
  env: NodeJS.ProcessEnv = { HEARTH_HOME: "home" };
  cwd = process.cwd();
  /** What is piped in; undefined: the input is a terminal at which nobody types. */
  piped: string | undefined;
  /** Set: somebody sits at a terminal, and what is written here is typed. */
  keyboard: PassThrough | undefined;
  /** Sees each text on stdout as it is written. */
  onOut: (text: string) => void = () => undefined;

  readonly cores: Cores = {
    open: (setup) => {
      this.setups.push(setup);
      const { store = memoryStore() } = setup;
      const settings = settingsWithRules(setup);
      return createAssistant({ engine: this.engine, ...(setup.roots.length > 0 && { index: this.index }), store, settings, log: silentLog });
    },
    openIndex: (setup) => {
      this.setups.push(setup);
      return { index: this.index, dispose: () => this.index.dispose() };
    },
    openEngine: (engine) => {
      this.setups.push({ engine });
      return this.engine;
    },
  };

  async run(...args: readonly string[]): Promise<CliRun> {
    const out: string[] = [];
    const err: string[] = [];
    const input = Object.assign(this.keyboard ?? (this.piped === undefined ? new PassThrough() : Readable.from([this.piped])), { isTTY: this.piped === undefined });
    const sink = (texts: string[], onText: (text: string) => void) =>
      Object.assign(new Writable(writer(texts, onText)), { isTTY: this.keyboard !== undefined });
    const writer = (texts: string[], onText: (text: string) => void) => ({
      decodeStrings: false,
      write(text: string, _encoding: string, done: () => void) {
        texts.push(text);
        onText(text);
        done();
      },
    });
    const terminal = createTerminal({ input, output: sink(out, (text) => this.onOut(text)), error: sink(err, () => undefined), env: {} });
    const surroundings = { env: this.env, cwd: this.cwd };
    const code = await runCli(args, { terminal, surroundings, cores: this.cores, version: "1.2.3", stop: this.stop.signal });
    const text = out.join("");
    const rows = args.includes("--json") ? text.split("\n").filter(Boolean).map((line) => JSON.parse(line) as Record<string, unknown>) : [];
    return { code, out: text, err: err.join(""), rows };
  }
}
