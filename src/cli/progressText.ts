import { timeText } from "../common/timeText";
import type { DownloadProgress } from "../engine/ports";
import type { IndexStatus } from "../rag/ports";
import { formatBytes, withoutControls } from "./plainText";
import { progressBar } from "./progressBar";

/** What is measured in one go: a phase of one download, or of one update of the index. */
interface Stretch {
  readonly name: string;
  readonly from: number;
  readonly since: number;
}

/** A speed is told when it was measured for so long. Milliseconds. */
const steadyMs = 1500;

/** The line that tells how far a download or an index is, with a bar, the speed and the time that is left. */
export class ProgressText {
  readonly #columns: () => number;
  readonly #now: () => number;
  #stretch: Stretch | undefined;
  /** What was logged last: the phase with its tenths. */
  #logged = "";

  constructor(columns: () => number, now: () => number = () => performance.now()) {
    this.#columns = columns;
    this.#now = now;
  }

  download(model: string, progress: DownloadProgress): string {
    const { receivedBytes, totalBytes, phase } = progress;
    return this.#bar(downloadLabel(model, phase), receivedBytes, totalBytes, this.#downloadDetail(model, progress));
  }

  /** For where no line is written over: a line for each tenth; undefined in between. */
  downloadLogLine(model: string, progress: DownloadProgress): string | undefined {
    const { receivedBytes, totalBytes, phase } = progress;
    const text = this.#downloadDetail(model, progress);
    const percent = totalBytes > 0 ? Math.floor((receivedBytes / totalBytes) * 10) * 10 : 0;
    const reached = `${phase} ${percent}`;
    if (this.#logged === reached) return undefined;
    this.#logged = reached;
    return `${downloadLabel(model, phase)} … ${percent} %  ${text}`;
  }

  /** Undefined: nothing goes on. */
  index(status: IndexStatus): string | undefined {
    switch (status.kind) {
      case "scanning":
        return "Looking for files …";
      case "indexing":
        return this.#bar("Indexing", status.done, status.total, `${status.done} of ${status.total} files`);
      case "embedding": {
        const left = status.secondsLeft === undefined ? "" : `, ${timeText(status.secondsLeft)} left`;
        return this.#bar("Embedding", status.done, status.total, `${status.done} of ${status.total} chunks${left}`);
      }
      case "off":
      case "paused":
      case "ready":
      case "failed":
        return undefined;
    }
  }

  #downloadDetail(model: string, { receivedBytes, totalBytes, phase }: DownloadProgress): string {
    const perSecond = this.#perSecond(`${phase} ${model}`, receivedBytes);
    const speed = perSecond > 0 ? [`${formatBytes(perSecond)}/s`, ...timeLeft(totalBytes - receivedBytes, perSecond)] : [];
    return [`${formatBytes(receivedBytes)} of ${formatBytes(totalBytes)}`, ...speed].join(", ");
  }

  #bar(label: string, done: number, total: number, detail: string): string {
    return progressBar({ label, done, total, detail }, this.#columns() - 1);
  }

  /** 0 while it is not known. What was there before counts for nothing. */
  #perSecond(name: string, done: number): number {
    const now = this.#now();
    if (this.#stretch?.name !== name || done < this.#stretch.from) this.#stretch = { name, from: done, since: now };
    const elapsed = now - this.#stretch.since;
    return elapsed < steadyMs ? 0 : ((done - this.#stretch.from) / elapsed) * 1000;
  }
}

function timeLeft(rest: number, perSecond: number): readonly string[] {
  return rest > 0 ? [`${timeText(rest / perSecond)} left`] : [];
}

function downloadLabel(model: string, phase: DownloadProgress["phase"]): string {
  return `${phase === "download" ? "Downloading" : "Verifying"} ${withoutControls(model)}`;
}
