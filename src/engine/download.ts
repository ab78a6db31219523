import { existsSync } from "node:fs";
import { type FileHandle, stat, statfs } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Dispatcher } from "undici";
import { describeError, HearthError, isAbortError, systemCode } from "../common/errors";
import { byteSize } from "../common/byteSize";
import { t } from "../common/l10n";
import { type Log, silentLog } from "../common/log";
import { makeFolder } from "../common/makeFolder";
import type { CatalogEntry } from "./catalog";
import { sha256OfFile } from "./checksum";
import { type Announcement, downloadUrl, openDownload, type OpenedDownload, UnreachableSource } from "./downloadSource";
import { downloadRoute } from "./downloadProxy";
import { checkGguf } from "./ggufCheck";
import { PartialFile } from "./partialFile";
import type { DownloadProgress } from "./ports";

export interface DownloadOptions {
  readonly signal: AbortSignal;
  /** Address instead of the hub's; empty or absent: the environment's `HF_ENDPOINT`, if any. */
  readonly endpoint?: string;
  /** Address of a proxy; empty or absent: that of the environment, if any. */
  readonly proxy?: string;
  /** Told at "warn" when nobody publishes a hash to check the file against. */
  readonly log?: Log;
  /** Tries after the first one when the connection breaks, each going on where it broke. Default 4. */
  readonly retries?: number;
  /** Milliseconds before the first of them; doubles each time. Default 1000. */
  readonly retryDelay?: number;
  /** Milliseconds without a byte after which a connection counts as broken. Default 60,000. */
  readonly stallTimeout?: number;
}

/**
 * Downloads a catalog model into `directory` and checks its SHA-256: the catalog's, or what the source announces. The
 * file gets its name only then. Aborting keeps what has come, and the next call goes on from there.
 * A file that is there already is only checked.
 * Throws "download-failed", "checksum-mismatch", and an AbortError when stopped.
 */
export async function* downloadModel(entry: CatalogEntry, directory: string, options: DownloadOptions): AsyncGenerator<DownloadProgress, void, undefined> {
  const target = path.join(directory, entry.file);
  const url = downloadUrl(entry, options.endpoint || undefined);
  const route = downloadRoute(options.proxy);
  try {
    await makeFolder(directory);
    const present = await fileSize(target);
    if (present > 0) yield* checkPresent(entry, target, present, options.signal);
    else yield* new Download(entry, target, url, route, options).run();
  } catch (error) {
    throw explain(error, url, directory);
  } finally {
    await route.destroy();
  }
}

/** Removes what an unfinished download has left. Throws "download-failed" while it runs, in this process or another one. */
export async function discardDownload(entry: CatalogEntry, directory: string): Promise<void> {
  const target = path.join(directory, entry.file);
  if (!existsSync(directory)) return;
  const partial = await PartialFile.claim(target);
  try {
    await partial.discard();
  } finally {
    await partial.release();
  }
}

async function* checkPresent(entry: CatalogEntry, target: string, size: number, signal: AbortSignal): AsyncGenerator<DownloadProgress, void, undefined> {
  if (entry.sha256 === undefined) await checkGguf(target);
  else if ((yield* verify(target, size, signal)) !== entry.sha256) {
    throw new HearthError("checksum-mismatch", t("{0} is not the file that the catalog names: its SHA-256 differs.", target), {
      remedy: t("Delete or rename it and download again; or give its path as the model, if it is one of your own."),
    });
  }
  yield { receivedBytes: size, totalBytes: size, phase: "verify" };
}

/** Yields progress and returns the file's SHA-256. */
async function* verify(file: string, totalBytes: number, signal: AbortSignal): AsyncGenerator<DownloadProgress, string, undefined> {
  const hashing = sha256OfFile(file, signal);
  for (;;) {
    const step = await hashing.next();
    if (step.done) return step.value;
    yield { receivedBytes: step.value, totalBytes, phase: "verify" };
  }
}

class Download {
  private readonly log: Log;

  constructor(
    private readonly entry: CatalogEntry,
    private readonly target: string,
    private readonly url: string,
    private readonly route: Dispatcher,
    private readonly options: DownloadOptions,
  ) {
    this.log = options.log ?? silentLog;
  }

  async *run(): AsyncGenerator<DownloadProgress, void, undefined> {
    const partial = await PartialFile.claim(this.target);
    try {
      const announced = yield* this.fetchAll(partial);
      yield* this.checkAndFinish(partial, announced);
    } finally {
      await partial.release();
    }
  }

  /** Goes on after a broken connection, as long as each try brings something or tries are left. */
  private async *fetchAll(partial: PartialFile): AsyncGenerator<DownloadProgress, Announcement, undefined> {
    const { retries = 4, retryDelay = 1000, signal } = this.options;
    for (let failures = 0; ; ) {
      const before = await partial.size();
      try {
        return yield* this.fetchRest(partial);
      } catch (error) {
        if (!(error instanceof UnreachableSource)) throw error;
        failures = (await partial.size()) > before ? 1 : failures + 1;
        if (failures > retries) throw error;
        this.log.write("info", `${error.message} Trying again.`);
        await sleep(retryDelay * 2 ** (failures - 1), undefined, { signal });
      }
    }
  }

  private async *fetchRest(partial: PartialFile): AsyncGenerator<DownloadProgress, Announcement, undefined> {
    using stall = new StallTimer(this.options.stallTimeout ?? 60_000);
    const signal = AbortSignal.any([this.options.signal, stall.signal]);
    try {
      const opened = await this.open(partial, signal);
      this.checkAnnounced(opened);
      const total = opened.totalBytes ?? this.entry.sizeBytes ?? 0;
      await checkSpace(path.dirname(this.target), total - opened.offset);
      if (opened.body) yield* this.write(partial, opened.body, opened.offset, total, stall);
      if (opened.totalBytes !== undefined && (await partial.size()) < opened.totalBytes) throw new Error(t("it ended too early"));
      return opened;
    } catch (error) {
      this.options.signal.throwIfAborted();
      if (error instanceof HearthError || error instanceof UnreachableSource || isDiskError(error)) throw error;
      throw new UnreachableSource(this.url, stall.signal.aborted ? new Error(t("it sends nothing")) : error);
    }
  }

  /** Spares the download of gigabytes that would fail the check in the end. */
  private checkAnnounced({ sha256 }: Announcement): void {
    const { id, sha256: wanted } = this.entry;
    if (wanted === undefined || sha256 === undefined || sha256 === wanted) return;
    throw new HearthError("checksum-mismatch", t("The source now has another file for {0} (SHA-256 {1}) than the catalog names ({2}).", id, sha256, wanted), {
      remedy: t("If you trust it, fetch {0} yourself and give the file's path as the model.", this.url),
    });
  }

  /** Asks for what is missing, or for the whole file when what is here belongs to another version of it. */
  private async open(partial: PartialFile, signal: AbortSignal): Promise<OpenedDownload> {
    const here = await partial.size();
    const known = await partial.version();
    const opened = await openDownload(this.url, known === undefined ? 0 : here, signal, this.route);
    const tooLong = opened.totalBytes !== undefined && here > opened.totalBytes;
    if (opened.offset > 0 && (opened.version !== known || tooLong)) {
      await opened.body?.cancel();
      await partial.discard();
      return this.open(partial, signal);
    }
    await partial.keepVersion(opened.version);
    return opened;
  }

  private async *write(
    partial: PartialFile,
    body: NonNullable<OpenedDownload["body"]>,
    offset: number,
    totalBytes: number,
    stall: StallTimer,
  ): AsyncGenerator<DownloadProgress, void, undefined> {
    const file = await partial.openAt(offset);
    let receivedBytes = offset;
    let shown = 0;
    try {
      yield { receivedBytes, totalBytes, phase: "download" };
      for await (const chunk of body as AsyncIterable<Uint8Array>) {
        stall.reset();
        await writeAt(file, chunk, receivedBytes);
        receivedBytes += chunk.length;
        if (Date.now() - shown < 100) continue;
        shown = Date.now();
        stall.pause();
        yield { receivedBytes, totalBytes, phase: "download" };
        stall.reset();
      }
      await file.sync();
    } finally {
      await file.close();
    }
    yield { receivedBytes, totalBytes, phase: "download" };
  }

  private async *checkAndFinish(partial: PartialFile, announced: Announcement): AsyncGenerator<DownloadProgress, void, undefined> {
    const expected = this.entry.sha256 ?? announced.sha256;
    const size = await partial.size();
    if (expected === undefined) await this.checkUnverified(partial);
    else if ((yield* verify(partial.path, size, this.options.signal)) !== expected) {
      await partial.discard();
      const message =
        this.entry.sha256 === undefined
          ? t("The download of {0} is not the file that the source announces (SHA-256 {1}); it was deleted.", this.entry.id, expected)
          : t("The download of {0} is not the file that the catalog names (SHA-256 {1}); it was deleted.", this.entry.id, expected);
      throw new HearthError("checksum-mismatch", message, {
        remedy: t("Download it again; if that fails too, the source or the network in between changes the file."),
      });
    }
    await partial.finish();
    yield { receivedBytes: size, totalBytes: size, phase: "verify" };
  }

  private async checkUnverified(partial: PartialFile): Promise<void> {
    this.log.write("warn", `${this.entry.file} could not be verified: neither the catalog nor the source gives a SHA-256 for it.`);
    try {
      await checkGguf(partial.path);
    } catch (error) {
      await partial.discard();
      throw error;
    }
  }
}

/** Aborts its signal when `reset` is not called for `milliseconds`, and in the end, which closes what is still open. */
class StallTimer implements Disposable {
  private readonly controller = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  readonly signal = this.controller.signal;

  constructor(private readonly milliseconds: number) {
    this.reset();
  }

  reset(): void {
    this.pause();
    this.timer = setTimeout(() => this.controller.abort(), this.milliseconds);
  }

  pause(): void {
    clearTimeout(this.timer);
  }

  [Symbol.dispose](): void {
    this.pause();
    this.controller.abort();
  }
}

async function writeAt(file: FileHandle, chunk: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < chunk.length; ) {
    done += (await file.write(chunk, done, chunk.length - done, position + done)).bytesWritten;
  }
}

async function fileSize(file: string): Promise<number> {
  return stat(file).then(
    ({ size }) => size,
    () => 0,
  );
}

async function checkSpace(directory: string, needed: number): Promise<void> {
  const { bavail, bsize } = await statfs(directory);
  if (bavail * bsize >= needed) return;
  throw new HearthError("download-failed", t("The disk is too full for the model: {0} are needed, {1} are free.", byteSize(needed), byteSize(bavail * bsize)), {
    remedy: t("Free some space in {0}, or name another folder in the model directories.", directory),
  });
}

/** Of files it names the path, but for an open one; errors of connections have none. */
function isDiskError(error: unknown): boolean {
  if (!(error instanceof Error) || !("syscall" in error) || !("code" in error)) return false;
  return "path" in error || ["ENOSPC", "EDQUOT", "EIO", "EACCES", "EROFS", "EPERM", "EFBIG"].includes(String(error.code));
}

function isFull(error: unknown): boolean {
  return ["ENOSPC", "EDQUOT"].includes(systemCode(error) ?? "");
}

/** Every failure names the way that always works: the address and the folder. */
function explain(error: unknown, url: string, directory: string): unknown {
  if (isAbortError(error)) return error;
  if (error instanceof HearthError && (error.remedy !== undefined || error.code !== "download-failed")) return error;
  if (isDiskError(error)) {
    const remedy = isFull(error)
      ? t("Free some space in {0}, or name another folder in the model directories.", directory)
      : t("See that {0} is a folder in which you may write, or name another one in the model directories.", directory);
    return new HearthError("download-failed", t("The model cannot be written: {0}", describeError(error)), { remedy, cause: error });
  }
  const message = describeError(error);
  const remedy = t("Try again later, or fetch {0} by other means and put the file in {1}.", url, directory);
  return new HearthError("download-failed", t("The download failed: {0}", message), { remedy, cause: error });
}
