/** Something that holds a resource until `dispose` is called. Calling it twice does nothing the second time. */
export interface Disposable {
  dispose(): void;
}

/** Wraps a clean-up function so that it runs at most once. */
export function toDisposable(cleanUp: () => void): Disposable {
  let done = false;
  return {
    dispose() {
      if (done) return;
      done = true;
      cleanUp();
    },
  };
}

/** Owns other disposables and disposes them last-in, first-out (children before what they were made from). */
export class DisposableStore implements Disposable {
  readonly #items: Disposable[] = [];
  #disposed = false;

  /** What is added from then on is disposed at once. */
  get isDisposed(): boolean {
    return this.#disposed;
  }

  add<T extends Disposable>(item: T): T {
    if (this.#disposed) item.dispose();
    else this.#items.push(item);
    return item;
  }

  dispose(): void {
    this.#disposed = true;
    for (let item = this.#items.pop(); item; item = this.#items.pop()) item.dispose();
  }
}
