import { Agent, type Dispatcher, EnvHttpProxyAgent, request } from "undici";
import { abortError, HearthError, isAbortError } from "../../common/errors";
import { t } from "../../common/l10n";
import type { ServerRole } from "../ports";
import type { ServerAddress } from "./serverAddress";
import { PassingFailure, refusalError, silent, unreachable, unreadable } from "./serverErrors";
import type { ServerKeys } from "./serverKeys";

export interface ServerClientOptions {
  readonly address: ServerAddress;
  readonly role: ServerRole;
  readonly keys: ServerKeys;
  /** A server that sends nothing for so long is given up. */
  readonly silenceSeconds: number;
}

export interface ServerRequest {
  /** The whole URL, under the address. */
  readonly url: string;
  /** Sent as JSON by POST; absent: GET. */
  readonly body?: unknown;
}

export interface StreamReply {
  /** It answered in one piece although a stream was asked for. */
  readonly isJson: boolean;
  readonly bytes: AsyncIterable<Uint8Array>;
}

const connectMs = 10_000;
/** Characters of a server's own words that a message shows. */
const mostWords = 400;
const mostErrorBytes = 64 * 1024;
const loopback = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/i;

/** HTTP to one server. Throws `PassingFailure` for what a later try may mend, "server-refused", "server-failed" and so on, and abort errors. */
export class ServerClient {
  readonly #options: ServerClientOptions;
  readonly #route: Dispatcher;

  constructor(options: ServerClientOptions) {
    this.#options = options;
    this.#route = openRoute(options);
  }

  get address(): ServerAddress {
    return this.#options.address;
  }

  async json(wanted: ServerRequest, signal: AbortSignal): Promise<unknown> {
    const { body } = await this.#send(wanted, signal);
    try {
      return JSON.parse(await body.text());
    } catch (error) {
      throw error instanceof SyntaxError ? unreadable(this.address.host) : this.explain(error, signal);
    }
  }

  /** Errors of the bytes come as the network has them; `explain` makes them readable. */
  async stream(wanted: ServerRequest, signal: AbortSignal): Promise<StreamReply> {
    const { body, headers } = await this.#send(wanted, signal);
    return { isJson: headerText(headers["content-type"]).includes("json"), bytes: body };
  }

  /** What a failure of the network means. */
  explain(error: unknown, signal: AbortSignal): unknown {
    if (error instanceof HearthError || error instanceof PassingFailure) return error;
    if (signal.aborted || isAbortError(error)) return abortError();
    const { address, silenceSeconds } = this.#options;
    const code = networkCode(error);
    if (code === "UND_ERR_HEADERS_TIMEOUT" || code === "UND_ERR_BODY_TIMEOUT") return silent(address.host, silenceSeconds);
    return new PassingFailure(unreachable(address.host, code));
  }

  /** Ends open requests. */
  close(): Promise<void> {
    return this.#route.destroy();
  }

  async #send({ url, body }: ServerRequest, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    const key = await this.#options.keys(this.#options.role, this.address.base);
    const headers = { accept: "application/json, text/event-stream", ...(body !== undefined && { "content-type": "application/json" }), ...authorization(key) };
    const init = { method: body === undefined ? "GET" : "POST", headers, dispatcher: this.#route, signal, ...(body !== undefined && { body: JSON.stringify(body) }) } as const;
    const reply = await request(url, init).catch((error: unknown) => {
      throw this.explain(error, signal);
    });
    if (reply.statusCode >= 200 && reply.statusCode <= 299) return reply;
    throw await this.#refusal(reply, key);
  }

  async #refusal({ statusCode: status, headers, body }: Dispatcher.ResponseData, key: string | undefined): Promise<Error> {
    const words = wordsOf(await frontOf(body), key);
    const retryAfterMs = retryAfter(headerText(headers["retry-after"]));
    return refusalError({ host: this.address.host, status, words, ...(retryAfterMs !== undefined && { retryAfterMs }) });
  }
}

/** Through the proxy of the environment, unless the server is this machine. Silence is undici's time-out between two pieces. */
function openRoute({ address, silenceSeconds }: ServerClientOptions): Dispatcher {
  const silenceMs = silenceSeconds * 1000;
  const options = { headersTimeout: silenceMs, bodyTimeout: silenceMs, connect: { timeout: connectMs } };
  if (loopback.test(address.host)) return new Agent(options);
  try {
    return new EnvHttpProxyAgent(options);
  } catch (error) {
    throw new HearthError("bad-setting", t("The proxy that the environment names (HTTPS_PROXY or HTTP_PROXY) is not an address."), {
      remedy: t("Give one such as http://proxy.example:8080 there, or except the server by NO_PROXY."),
      cause: error,
    });
  }
}

function authorization(key: string | undefined): Record<string, string> {
  if (key === undefined || key === "") return {};
  // A header may hold no line break, and the error for one would show the key.
  if (!/^[\x21-\x7e]+$/.test(key)) throw new HearthError("bad-setting", t("The server's key holds characters that no key has."), { remedy: t("Set the key again, without spaces or line breaks.") });
  return { authorization: `Bearer ${key}` };
}

async function frontOf(body: Dispatcher.ResponseData["body"]): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const part of body as AsyncIterable<Uint8Array>) {
      parts.push(part);
      bytes += part.length;
      if (bytes >= mostErrorBytes) break;
    }
  } catch {
    return ""; // the status alone tells enough
  }
  return Buffer.concat(parts).toString("utf8");
}

/** The message of an OpenAI error, or the text itself; a page of HTML says nothing here. The key is blotted out. */
export function wordsOf(text: string, key = ""): string {
  const said = /^\s*</.test(text) ? "" : messageOf(text);
  const safe = key === "" ? said : said.replaceAll(key, "…");
  return safe.replaceAll(/\s+/g, " ").trim().slice(0, mostWords);
}

function messageOf(text: string): string {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    return text;
  }
  return errorWords(data) ?? text;
}

/** `{error: {message, code}}`, `{error: "…"}`, `{message}`, `{detail}`: as the servers have it. */
export function errorWords(data: unknown): string | undefined {
  if (typeof data === "string") return data;
  if (typeof data !== "object" || data === null) return undefined;
  const fields: Partial<Record<string, unknown>> = { ...data };
  const message = errorWords(fields["error"]) ?? errorWords(fields["message"]) ?? errorWords(fields["detail"]);
  const code = fields["code"];
  return message !== undefined && typeof code === "string" && !message.includes(code) ? `${message} (${code})` : message;
}

function retryAfter(value: string): number | undefined {
  const seconds = value === "" ? NaN : Number(value);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined;
}

function headerText(value: string | readonly string[] | undefined): string {
  return typeof value === "string" ? value : (value?.[0] ?? "");
}

function networkCode(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause instanceof Error) return networkCode(error.cause);
  return "code" in error && typeof error.code === "string" ? error.code : error.message;
}
