import type { ViewContext } from "../protocol";
import type { ShellPeer } from "../shell";

/** Changes come in bunches. */
const restMs = 150;

/** Asks the shell for the context when it may be another one, one request at a time; what fails is asked again with the next change. */
export class ContextSource {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asking = false;
  #again = false;

  constructor(
    readonly peer: Pick<ShellPeer, "call">,
    /** Whether an answer runs: the engine has other things to do, and the context changes with its end. */
    readonly isBusy: () => boolean,
    readonly show: (context: ViewContext | null) => void,
  ) {}

  changed(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#ask(), restMs);
  }

  async #ask(): Promise<void> {
    if (this.isBusy()) return;
    if (this.#asking) {
      this.#again = true;
      return;
    }
    this.#asking = true;
    const context = await this.peer.call("context", {}).catch(() => null);
    this.#asking = false;
    this.show(context);
    if (this.#again) this.changed();
    this.#again = false;
  }
}
