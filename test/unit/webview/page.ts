import { JSDOM } from "jsdom";

const names = [
  "Node",
  "Element",
  "window",
  "document",
  "navigator",
  "requestAnimationFrame",
  "MouseEvent",
  "KeyboardEvent",
  "MessageEvent",
  "Event",
  "HTMLElement",
  "getComputedStyle",
] as const;

const dom = new JSDOM("<!DOCTYPE html><body></body>", { pretendToBeVisual: true, url: "https://view.test/" });

/** Gives the tests of a suite a page, empty before each, and takes it away after them: other tests share the process. */
export function usePage(): void {
  const saved = new Map<string, PropertyDescriptor | undefined>();

  before(() => {
    for (const name of names) {
      saved.set(name, Object.getOwnPropertyDescriptor(globalThis, name));
      Object.defineProperty(globalThis, name, { value: dom.window[name], configurable: true, writable: true });
    }
    // jsdom lays nothing out, so that no size ever changes.
    Object.assign(globalThis, { ResizeObserver: class { observe(): void {} } });
    globalThis.requestAnimationFrame = dom.window.requestAnimationFrame.bind(dom.window);
  });

  beforeEach(() => document.body.replaceChildren());

  after(() => {
    Reflect.deleteProperty(globalThis, "ResizeObserver");
    for (const [name, descriptor] of saved) {
      if (descriptor) Object.defineProperty(globalThis, name, descriptor);
      else Reflect.deleteProperty(globalThis, name);
    }
  });
}

/** Asks after each frame until it is so; gives up after five seconds. */
export async function until(name: string, isSo: () => boolean): Promise<void> {
  const giveUpAt = performance.now() + 5000;
  while (!isSo()) {
    if (performance.now() > giveUpAt) throw new Error(`Waited 5 s for ${name}.`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
