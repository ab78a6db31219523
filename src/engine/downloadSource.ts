import { type Dispatcher, fetch, type Response } from "undici";
import { abortError, HearthError, isAbortError } from "../common/errors";
import { t } from "../common/l10n";
import type { CatalogEntry } from "./catalog";

const hub = "https://huggingface.co";
const mostHops = 8;

/** What the source says of the file it is about to send. */
export interface Announcement {
  /** Hex SHA-256 of the whole file, where the source gives one (`X-Linked-ETag`). */
  readonly sha256: string | undefined;
  /** Tells one version of the file from another; undefined when the source names none. */
  readonly version: string | undefined;
  readonly totalBytes: number | undefined;
}

export interface OpenedDownload extends Announcement {
  /** Where in the file the body begins: what was asked for, or 0 when the source sends all of it. */
  readonly offset: number;
  /** Null when there is nothing left to send. */
  readonly body: Response["body"];
}

/**
 * The address of a catalog model's file. `endpoint` replaces the hub's own address for a mirror; by default the
 * environment's `HF_ENDPOINT`, as the hub's own tools have it.
 */
export function downloadUrl(entry: Pick<CatalogEntry, "source">, endpoint = process.env["HF_ENDPOINT"] ?? ""): string {
  const [owner, repository, ...file] = entry.source.replace(/^hf:/, "").split("/");
  const base = endpoint === "" ? hub : endpoint.replace(/\/+$/, "");
  if (!URL.canParse(base) || !/^https?:/.test(base)) {
    throw new HearthError("bad-setting", t('The place that models are downloaded from is not an address: "{0}".', base), {
      remedy: t("Give one that begins with https://, in the setting models.endpoint or in HF_ENDPOINT."),
    });
  }
  return [base, owner, repository, "resolve", "main", ...file].join("/");
}

/**
 * Asks for the file from `offset` on. Redirects are followed one by one, since the hub names the file's hash on its
 * own answer and not on that of the storage behind it.
 */
export async function openDownload(url: string, offset: number, signal: AbortSignal, route: Dispatcher): Promise<OpenedDownload> {
  const answers: Response[] = [];
  for (let at = url; ; ) {
    const response = await ask(at, offset, signal, route);
    answers.push(response);
    const location = response.headers.get("location");
    if (response.status < 300 || response.status > 399 || location === null) break;
    await response.body?.cancel();
    if (answers.length > mostHops) throw sourceError(t("{0} redirects without end.", url));
    at = new URL(location, at).href;
  }
  return readAnswer(url, offset, answers);
}

async function ask(url: string, offset: number, signal: AbortSignal, route: Dispatcher): Promise<Response> {
  const headers = { "accept-encoding": "identity", ...(offset > 0 && { range: `bytes=${offset}-` }) };
  try {
    return await fetch(url, { headers, redirect: "manual", signal, dispatcher: route });
  } catch (error) {
    if (isAbortError(error) || signal.aborted) throw abortError();
    throw new UnreachableSource(url, error);
  }
}

/** A failure of the network, which may pass. */
export class UnreachableSource extends Error {
  override readonly name = "UnreachableSource";

  constructor(url: string, cause: unknown) {
    super(t("{0} cannot be reached ({1}).", new URL(url).host, rootMessage(cause)), { cause });
  }
}

/** fetch says "fetch failed" and keeps the reason as the cause. */
function rootMessage(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause instanceof Error) return rootMessage(error.cause);
  return "code" in error && typeof error.code === "string" ? error.code : error.message;
}

function sourceError(message: string): HearthError {
  return new HearthError("download-failed", message);
}

async function readAnswer(url: string, offset: number, answers: readonly Response[]): Promise<OpenedDownload> {
  const last = answers.at(-1);
  if (!last) throw sourceError(t("{0} gives no answer.", url));
  if (last.status === 416) {
    await last.body?.cancel();
    return { ...announcement(answers, rangeTotal(last)), offset, body: null };
  }
  if (last.status !== 200 && last.status !== 206) {
    await last.body?.cancel();
    if (last.status >= 500 || last.status === 429) throw new UnreachableSource(url, new Error(t("it answers {0}", last.status)));
    throw sourceError(refusal(url, last.status));
  }
  return { ...announcement(answers, last.status === 206 ? rangeTotal(last) : length(last)), offset: bodyOffset(url, offset, last), body: last.body };
}

function bodyOffset(url: string, asked: number, response: Response): number {
  if (response.status === 200) return 0;
  const start = Number(/^bytes (\d+)-/.exec(response.headers.get("content-range") ?? "")?.[1] ?? NaN);
  if (start !== asked) throw sourceError(t("{0} sends another part of the file than was asked for.", url));
  return start;
}

function refusal(url: string, status: number): string {
  if (status === 401 || status === 403) return t("{0} answers {1} (not allowed: the model may ask for an account).", url, status);
  return status === 404 ? t("{0} answers {1} (no such file).", url, status) : t("{0} answers {1}.", url, status);
}

function rangeTotal(response: Response): number | undefined {
  const total = /\/(\d+)$/.exec(response.headers.get("content-range") ?? "")?.[1];
  return total === undefined ? undefined : Number(total);
}

function length(response: Response): number | undefined {
  const value = response.headers.get("content-length");
  return value === null ? undefined : Number(value);
}

function announcement(answers: readonly Response[], totalBytes: number | undefined): Announcement {
  const header = (name: string) => answers.map(({ headers }) => headers.get(name)).find((value) => value !== null);
  const linked = header("x-linked-etag")?.replaceAll(/^W\/|"/g, "").toLowerCase();
  const version = linked ?? answers.at(-1)?.headers.get("etag") ?? undefined;
  return { sha256: linked !== undefined && /^[0-9a-f]{64}$/.test(linked) ? linked : undefined, version, totalBytes };
}
