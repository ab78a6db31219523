import { t } from "./l10n";
import { abortError, deserializeError, HearthError, serializeError, type SerializedError } from "./errors";
import { type Disposable, DisposableStore } from "./disposable";
import { Emitter } from "./emitter";
import { AsyncQueue } from "./asyncQueue";

/**
 * One side of a message boundary. `Requests` and `Streams` pair parameters with their reply or item;
 * `Events` pairs a name with its payload. Only plain data and typed arrays cross.
 */
export interface Contract {
  requests: Record<string, [params: unknown, result: unknown]>;
  streams: Record<string, [params: unknown, item: unknown]>;
  events: Record<string, unknown>;
}

declare const none: unique symbol;

/** A member table without names: the symbol is no string, so no call fits (`{}` would also take any value). */
export type NoMembers = { readonly [none]?: never };

/** A contract with nothing in it, for a side that only calls. */
export interface EmptyContract extends Contract {
  requests: NoMembers;
  streams: NoMembers;
  events: NoMembers;
}

/** The wire: a forked process's IPC, or a webview's postMessage. */
export interface Port {
  post(message: unknown): void;
  onMessage(listener: (message: unknown) => void): Disposable;
  /** Called once when the other end is gone; the error says why. */
  onClose(listener: (reason: Error) => void): Disposable;
}

type Key<T> = keyof T & string;
export type Handlers<C extends Contract> = RequestHandlers<C["requests"]> & {
  readonly [K in Key<C["streams"]>]: (
    params: C["streams"][K][0],
    signal: AbortSignal,
  ) => AsyncIterable<C["streams"][K][1]>;
};

/** Handlers of a table of requests, as a part of a contract. */
export type RequestHandlers<R extends Contract["requests"]> = {
  readonly [K in Key<R>]: (params: R[K][0], signal: AbortSignal) => Promise<R[K][1]> | R[K][1];
};

type AnyHandler = (params: unknown, signal: AbortSignal) => unknown;

type Message =
  | { readonly kind: "call" | "open"; readonly id: number; readonly name: string; readonly params: unknown }
  | { readonly kind: "cancel"; readonly id: number }
  | { readonly kind: "result" | "item"; readonly id: number; readonly value: unknown }
  | { readonly kind: "end"; readonly id: number }
  | { readonly kind: "error"; readonly id: number; readonly error: SerializedError }
  | { readonly kind: "event"; readonly name: string; readonly value: unknown };

interface Pending {
  readonly accept: (value: unknown) => void;
  readonly end: () => void;
  readonly fail: (error: Error) => void;
}

/**
 * Both ends of a boundary are a peer: it serves `Local` and calls `Remote`. A handler that throws always answers
 * with an error, and when the wire closes everything pending rejects with the reason.
 */
export class RpcPeer<Local extends Contract, Remote extends Contract> implements Disposable {
  readonly #port: Port;
  readonly #handlers: ReadonlyMap<string, AnyHandler>;
  readonly #pending = new Map<number, Pending>();
  readonly #running = new Map<number, AbortController>();
  readonly #events = new Map<string, Emitter<unknown>>();
  readonly #closed = new Emitter<Error>();
  readonly #store = new DisposableStore();
  #nextId = 1;
  #closeReason: Error | undefined;

  constructor(port: Port, handlers: Handlers<Local>) {
    this.#port = port;
    this.#handlers = new Map(Object.entries(handlers as Record<string, AnyHandler>));
    this.#store.add(port.onMessage((message) => this.#receive(message)));
    this.#store.add(port.onClose((reason) => this.#close(reason)));
  }

  readonly onClose = this.#closed.subscribe;

  /** Sends a request. Rejects with the handler's error, with an AbortError after `signal`, or when the wire closes. */
  call<K extends Key<Remote["requests"]>>(
    name: K,
    params: Remote["requests"][K][0],
    signal?: AbortSignal,
  ): Promise<Remote["requests"][K][1]> {
    return new Promise((resolve, reject) => {
      const accept = (value: unknown) => resolve(value);
      const id = this.#open("call", name, params, { accept, end() {}, fail: reject }, signal);
      if (id === undefined) reject(this.#closeReason ?? abortError());
    });
  }

  /** Opens a stream. Leaving the loop early, or `signal`, cancels the producer. */
  async *stream<K extends Key<Remote["streams"]>>(
    name: K,
    params: Remote["streams"][K][0],
    signal?: AbortSignal,
  ): AsyncGenerator<Remote["streams"][K][1], void, undefined> {
    const queue = new AsyncQueue<Remote["streams"][K][1]>();
    const pending: Pending = {
      accept: (value) => queue.push(value),
      end: () => queue.end(),
      fail: (error) => queue.fail(error),
    };
    const id = this.#open("open", name, params, pending);
    if (id === undefined) throw this.#closeReason ?? abortError();
    const cancel = () => this.#cancel(id);
    if (signal?.aborted) cancel();
    signal?.addEventListener("abort", cancel, { once: true });
    try {
      yield* queue;
    } finally {
      signal?.removeEventListener("abort", cancel);
      if (this.#pending.delete(id)) this.#cancel(id);
    }
  }

  emit<K extends Key<Local["events"]>>(name: K, value: Local["events"][K]): void {
    this.#post({ kind: "event", name, value });
  }

  on<K extends Key<Remote["events"]>>(name: K, listener: (value: Remote["events"][K]) => void): Disposable {
    let emitter = this.#events.get(name);
    if (!emitter) this.#events.set(name, (emitter = new Emitter<unknown>()));
    return emitter.subscribe((value) => listener(value as Remote["events"][K]));
  }

  dispose(): void {
    this.#close(new HearthError("disposed", t("The connection was closed.")));
  }

  #open(kind: "call" | "open", name: string, params: unknown, pending: Pending, signal?: AbortSignal): number | undefined {
    if (this.#closeReason || signal?.aborted) return undefined;
    const id = this.#nextId++;
    const cancel = () => this.#cancel(id);
    signal?.addEventListener("abort", cancel, { once: true });
    const leave = () => {
      this.#pending.delete(id);
      signal?.removeEventListener("abort", cancel);
    };
    this.#pending.set(id, {
      accept: (value) => {
        if (kind === "call") leave();
        pending.accept(value);
      },
      end: () => {
        leave();
        pending.end();
      },
      fail: (error) => {
        leave();
        pending.fail(error);
      },
    });
    this.#post({ kind, id, name, params });
    return id;
  }

  #cancel(id: number): void {
    this.#post({ kind: "cancel", id });
  }

  #post(message: Message): void {
    if (!this.#closeReason) this.#port.post(message);
  }

  #receive(raw: unknown): void {
    const message = asMessage(raw);
    if (!message) return;
    switch (message.kind) {
      case "call":
        void this.#answer(message.id, message.name, message.params);
        return;
      case "open":
        void this.#produce(message.id, message.name, message.params);
        return;
      case "cancel":
        this.#running.get(message.id)?.abort(abortError());
        return;
      case "result":
      case "item":
        this.#pending.get(message.id)?.accept(message.value);
        return;
      case "end":
        this.#pending.get(message.id)?.end();
        return;
      case "error":
        this.#pending.get(message.id)?.fail(deserializeError(message.error));
        return;
      case "event":
        this.#events.get(message.name)?.fire(message.value);
        return;
      default:
        message satisfies never;
    }
  }

  async #answer(id: number, name: string, params: unknown): Promise<void> {
    await this.#guard(id, async (signal) => {
      const value = await this.#handler(name)(params, signal);
      this.#post({ kind: "result", id, value });
    });
  }

  async #produce(id: number, name: string, params: unknown): Promise<void> {
    await this.#guard(id, async (signal) => {
      for await (const value of this.#handler(name)(params, signal) as AsyncIterable<unknown>) {
        this.#post({ kind: "item", id, value });
      }
      this.#post({ kind: "end", id });
    });
  }

  async #guard(id: number, act: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const abort = new AbortController();
    this.#running.set(id, abort);
    try {
      await act(abort.signal);
    } catch (error) {
      this.#post({ kind: "error", id, error: serializeError(error) });
    } finally {
      this.#running.delete(id);
    }
  }

  #handler(name: string): AnyHandler {
    const handler = this.#handlers.get(name);
    if (!handler) throw new HearthError("internal", `The other side serves no "${name}".`);
    return handler;
  }

  #close(reason: Error): void {
    if (this.#closeReason) return;
    this.#closeReason = reason;
    this.#store.dispose();
    for (const running of this.#running.values()) running.abort(reason);
    for (const pending of [...this.#pending.values()]) pending.fail(reason);
    this.#closed.fire(reason);
  }
}

const kinds: ReadonlySet<unknown> = new Set(["call", "open", "cancel", "result", "item", "end", "error", "event"]);

/** Whatever comes over the wire is unknown until its envelope was looked at; parameters are the handler's to check. */
function asMessage(raw: unknown): Message | undefined {
  if (typeof raw !== "object" || raw === null || !("kind" in raw) || !kinds.has(raw.kind)) return undefined;
  if (raw.kind === "event") return "name" in raw && typeof raw.name === "string" ? (raw as Message) : undefined;
  return "id" in raw && typeof raw.id === "number" ? (raw as Message) : undefined;
}

/** A port over a listener set, for tests and for wires whose messages arrive from outside. */
export function portPair(): [Port, Port] {
  const sides = [new Emitter<unknown>(), new Emitter<unknown>()] as const;
  const closed = new Emitter<Error>();
  const make = (own: Emitter<unknown>, other: Emitter<unknown>): Port => ({
    post: (message) => queueMicrotask(() => other.fire(message)),
    onMessage: own.subscribe,
    onClose: closed.subscribe,
  });
  return [make(sides[0], sides[1]), make(sides[1], sides[0])];
}

