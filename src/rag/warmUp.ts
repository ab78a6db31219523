import { rankChunks } from "./chunkRanker";
import type { CodeCorpus } from "./codeCorpus";
import { readQuestion } from "./question";

/** Questions and updates come in between after so long. Milliseconds. */
const turnMs = 8;
/** What runs already goes on between two turns. Milliseconds. */
const pauseMs = 4;
/** By then the engine has compiled what ranks: before, a question takes three times as long. */
const practiceQuestions = 24;
const noHistory = { recency: new Map<string, number>(), scoreFiles: () => new Map<string, number>() };

/** Prepares a corpus for questions while nobody asks any, so that none of them pays for being the first. */
export class WarmUp {
  readonly #corpus: () => CodeCorpus;
  #timer: NodeJS.Timeout | undefined;
  #isResting = false;
  #isClosed = false;
  #practised = 0;

  constructor(corpus: () => CodeCorpus) {
    this.#corpus = corpus;
  }

  /** To be called whenever the corpus may have changed; what is prepared already takes no time. */
  start(): void {
    if (!this.#isClosed && !this.#isResting) this.#timer ??= setTimeout(() => this.#turn(), pauseMs).unref();
  }

  /** While it rests, nothing is prepared. */
  setResting(resting: boolean): void {
    this.#isResting = resting;
    if (resting) this.#stop();
    else this.start();
  }

  close(): void {
    this.#isClosed = true;
    this.#stop();
  }

  /** One turn, of some milliseconds. True when nothing is left to do. */
  prepare(): boolean {
    const corpus = this.#corpus();
    if (!corpus.warm(performance.now() + turnMs)) return false;
    if (this.#practised >= practiceQuestions || corpus.lexical.chunkCount === 0) return true;
    practise(corpus, this.#practised++);
    return false;
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #turn(): void {
    this.#timer = undefined;
    if (!this.prepare()) this.start();
  }
}

/** Asks for one of the definitions, here and there in the corpus. */
function practise(corpus: CodeCorpus, number: number): void {
  const place = Math.floor((corpus.lexical.chunkCount * (number + 0.5)) / practiceQuestions);
  const name = corpus.chunk(place)?.definitions[0] ?? "main";
  const text = number % 2 === 0 ? `how does ${name} work` : `where do we ${name.replace(/_|(?<=[a-z])(?=[A-Z])/g, " ")} when an error is found`;
  rankChunks(corpus, readQuestion(text), { limit: 20, history: noHistory, nearest: [] });
}
