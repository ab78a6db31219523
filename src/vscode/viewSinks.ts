import type { Disposable } from "../common/disposable";
import type { ShellContract } from "../webview/protocol";

export type ViewEvents = ShellContract["events"];
/** Takes what a view is to show, from the state that it was given on. */
export type ViewSink = <K extends keyof ViewEvents>(name: K, value: ViewEvents[K]) => void;

interface View {
  readonly sink: ViewSink;
  readonly isVisible: () => boolean;
}

/** The views of one chat. */
export class ViewSinks {
  readonly #views = new Set<View>();

  get isEmpty(): boolean {
    return this.#views.size === 0;
  }

  get isOnScreen(): boolean {
    return [...this.#views].some((view) => view.isVisible());
  }

  add(sink: ViewSink, isVisible: () => boolean): Disposable {
    const view = { sink, isVisible };
    this.#views.add(view);
    return { dispose: () => this.#views.delete(view) };
  }

  readonly send: ViewSink = (name, value) => {
    for (const { sink } of this.#views) sink(name, value);
  };

  clear(): void {
    this.#views.clear();
  }
}
