import { type ChildProcess, spawn } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import { ChangingTree } from "./changingTree";
import type { Crash, CrashPoint } from "./crashPoint";
import { type StepKind, writerFlag, type WriterNews, type WriterTask } from "./crashWriter";

/** One tree, the processes that change and index it one after the other, and what they told. */
export class WriterRun {
  readonly tree: ChangingTree;
  readonly #place: Omit<WriterTask, "firstStep">;
  readonly #news: WriterNews[] = [];
  #child: ChildProcess | undefined;
  #ended: Promise<unknown> = Promise.resolve();

  constructor(place: Omit<WriterTask, "firstStep">) {
    this.#place = place;
    this.tree = new ChangingTree(place.root, place.folder, place.seed);
    this.tree.write(0);
  }

  /** Starts a process that goes on with the step after the last one. */
  start(crash: CrashPoint | undefined): void {
    const last = this.lastStep("began");
    // A process that was killed may have left the files of its last step half written.
    if (last > 0) this.tree.write(last);
    const task: WriterTask = { ...this.#place, firstStep: last + 1, ...(crash && { crash }) };
    const child = spawn(process.execPath, [process.argv[1] ?? "", writerFlag, JSON.stringify(task)], { stdio: ["ignore", "pipe", "inherit"] });
    let rest = "";
    child.stdout.on("data", (data: Buffer) => {
      const lines = (rest + data.toString()).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) this.#news.push(JSON.parse(line) as WriterNews);
    });
    this.#child = child;
    this.#ended = new Promise((resolve) => child.once("close", resolve));
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  get hasEnded(): boolean {
    return this.#child?.exitCode !== null || this.#child.signalCode !== null;
  }

  /** The last step that came so far; 0 before the first. */
  lastStep(kind: StepKind): number {
    return this.#news.reduce((last, news) => (news.kind === kind ? news.step : last), 0);
  }

  /** Where its processes ended by themselves. */
  get crashes(): readonly Crash[] {
    return this.#news.flatMap((news) => (news.kind === "crash" ? [news.crash] : []));
  }

  /** Waits until the process has ended, or the condition holds, or the time is over. */
  async until(isThere: () => boolean, limitMs: number): Promise<void> {
    const giveUpAt = performance.now() + limitMs;
    while (!this.hasEnded && !isThere() && performance.now() < giveUpAt) await delay(2);
  }

  /** Ends the process unless it has ended by itself; all that it told is here then. */
  async kill(): Promise<void> {
    this.#child?.kill("SIGKILL");
    await this.#ended;
  }
}
