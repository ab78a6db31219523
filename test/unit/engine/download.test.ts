import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { HearthError, isAbortError } from "../../../src/common/errors";
import { type CatalogEntry, catalogEntry } from "../../../src/engine/catalog";
import { discardDownload, downloadModel, type DownloadOptions } from "../../../src/engine/download";
import type { DownloadProgress } from "../../../src/engine/ports";
import { Random } from "../../fixtures/random";
import { FileServer, type ServedFile } from "./fileServer";
import { ProxyServer } from "./proxyServer";
import { temporaryFolder } from "./temporaryFolder";
import { tinyGguf } from "./tinyGguf";

const random = new Random(9);
const content = Buffer.from(Uint8Array.from({ length: 300_000 }, () => random.below(256)));
const sha256 = sha256Of(content);
const other = "0".repeat(64);

function sha256Of(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}

describe("downloadModel", () => {
  const folder = temporaryFolder();
  let server: FileServer | undefined;
  let logged: string[] = [];

  beforeEach(() => {
    logged = [];
  });
  afterEach(async () => {
    await server?.stop();
    server = undefined;
  });

  async function serve(options: Partial<ServedFile> = {}): Promise<FileServer> {
    server = await FileServer.start({ content, etag: "version-1", ...options });
    return server;
  }

  /** A catalog model with this hash, or with none. */
  function entry(hash?: string): CatalogEntry {
    return { ...catalogEntry("qwen2-1.5b")!, ...(hash !== undefined && { sha256: hash }) };
  }

  const target = () => path.join(folder(), entry().file);

  function start(model: CatalogEntry, options: Partial<DownloadOptions> = {}): AsyncGenerator<DownloadProgress, void, undefined> {
    const log = { write: (level: string, message: string) => void logged.push(`${level}: ${message}`) };
    const endpoint = server?.endpoint ?? "http://127.0.0.1:9";
    return downloadModel(model, folder(), { signal: AbortSignal.timeout(30_000), endpoint, log, retryDelay: 1, ...options });
  }

  async function download(model: CatalogEntry, options: Partial<DownloadOptions> = {}): Promise<DownloadProgress[]> {
    const steps: DownloadProgress[] = [];
    for await (const step of start(model, options)) steps.push(step);
    return steps;
  }

  async function failure(model: CatalogEntry, options: Partial<DownloadOptions> = {}): Promise<HearthError> {
    const error: unknown = await download(model, options).then(
      () => assert.fail("should have failed"),
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof HearthError, String(error));
    assert.ok(error.remedy, "no remedy");
    return error;
  }

  /** Starts a slow download and stops it once something has come; returns how much of it is here. */
  async function stopMidway(model: CatalogEntry): Promise<number> {
    server!.file.slowPiece = 2000;
    const stop = new AbortController();
    const running = (async () => {
      for await (const { receivedBytes } of start(model, { signal: stop.signal })) if (receivedBytes > 20_000) stop.abort();
    })();
    await assert.rejects(running, isAbortError);
    delete server!.file.slowPiece;
    return (await readFile(`${target()}.part`)).length;
  }

  it("gets the file, tells progress, verifies it and leaves nothing else", async () => {
    await serve();
    const steps = await download(entry(sha256));
    assert.deepEqual(await readFile(target()), content);
    assert.deepEqual(await readdir(folder()), [entry().file]);
    assert.deepEqual(steps[0], { receivedBytes: 0, totalBytes: content.length, phase: "download" });
    assert.deepEqual(steps.at(-1), { receivedBytes: content.length, totalBytes: content.length, phase: "verify" });
    assert.equal(server!.requests[0]?.path, "/Qwen/Qwen2-1.5B-Instruct-GGUF/resolve/main/qwen2-1_5b-instruct-q4_k_m.gguf");
  });

  it("follows the hub's redirect and checks the hash that the hub announced before it", async () => {
    await serve({ redirect: true, linkedEtag: sha256 });
    await download(entry());
    assert.deepEqual(await readFile(target()), content);
    assert.deepEqual(logged, []);
  });

  it("goes on where it was stopped, byte for byte", async () => {
    await serve();
    const here = await stopMidway(entry(sha256));
    assert.ok(here > 20_000 && here < content.length, `${here} bytes`);
    await download(entry(sha256));
    assert.equal(server!.requests.at(-1)?.range, `bytes=${here}-`);
    assert.deepEqual(await readFile(target()), content);
  });

  it("can be left by its reader and goes on later", async () => {
    await serve({ slowPiece: 2000 });
    for await (const { receivedBytes } of start(entry(sha256))) if (receivedBytes > 20_000) break;
    assert.deepEqual((await readdir(folder())).filter((name) => name.endsWith(".lock")), []);
    await download(entry(sha256));
    assert.equal(server!.requests.length, 2);
    assert.deepEqual(await readFile(target()), content);
  });

  it("goes on by itself when the server cuts the connection", async () => {
    await serve({ cuts: [50_000, 100_000], slowPiece: 10_000 });
    await download(entry(sha256));
    const starts = server!.requests.map(({ range }) => Number(/\d+/.exec(range ?? "0")?.[0]));
    assert.equal(starts.length, 3);
    assert.ok(starts[1]! > 0 && starts[1]! <= 50_000 && starts[2]! > starts[1]! && starts[2]! <= 150_000, starts.join());
    assert.deepEqual(await readFile(target()), content);
  });

  it("begins again when the source has another version by now", async () => {
    await serve();
    await stopMidway(entry(sha256));
    server!.file.etag = "version-2";
    await download(entry(sha256));
    assert.equal(server!.requests.at(-1)?.range, undefined);
    assert.deepEqual(await readFile(target()), content);
  });

  it("begins again when the source ignores the range", async () => {
    await serve();
    await stopMidway(entry(sha256));
    server!.file.ignoresRange = true;
    await download(entry(sha256));
    assert.deepEqual(await readFile(target()), content);
  });

  it("verifies a partial file that was whole already", async () => {
    await serve();
    await writeFile(`${target()}.part`, content);
    await writeFile(`${target()}.part.version`, '"version-1"');
    await download(entry(sha256));
    assert.deepEqual(server!.requests.map(({ range }) => range), [`bytes=${content.length}-`]);
    assert.deepEqual(await readFile(target()), content);
  });

  it("deletes a file that is not what the catalog names", async () => {
    await serve();
    const error = await failure(entry(other));
    assert.equal(error.code, "checksum-mismatch");
    assert.match(error.message, /not the file that the catalog names.*deleted/);
    assert.deepEqual(await readdir(folder()), []);
  });

  it("deletes a file that is not what the source announces", async () => {
    await serve({ linkedEtag: other });
    const error = await failure(entry());
    assert.equal(error.code, "checksum-mismatch");
    assert.match(error.message, /the source announces/);
    assert.deepEqual(await readdir(folder()), []);
  });

  it("does not begin when the source announces another file than the catalog names", async () => {
    await serve({ linkedEtag: other });
    const error = await failure(entry(sha256));
    assert.equal(error.code, "checksum-mismatch");
    assert.match(error.message, /now has another file/);
    assert.deepEqual(await readdir(folder()), []);
  });

  it("says so when nobody gives a hash, and keeps a file that is a whole GGUF", async () => {
    const gguf = await readFile(await tinyGguf(folder()));
    await serve({ content: gguf });
    await download(entry());
    assert.deepEqual(await readFile(target()), gguf);
    assert.equal(logged.length, 1);
    assert.match(logged[0]!, /^warn: .*could not be verified/);
  });

  it("refuses an unverified file that is no GGUF", async () => {
    await serve();
    assert.equal((await failure(entry())).code, "model-invalid");
    assert.deepEqual(await readdir(folder()), []);
  });

  for (const [status, meaning] of [[404, /404 \(no such file\)/], [403, /403 \(not allowed/], [401, /401/]] as const) {
    it(`names the address and the folder when the source answers ${status}`, async () => {
      await serve({ status });
      const error = await failure(entry(sha256));
      assert.equal(error.code, "download-failed");
      assert.match(error.message, meaning);
      assert.ok(error.remedy?.includes(`${server!.endpoint}/Qwen/`) && error.remedy.includes(folder()), error.remedy);
      assert.equal(server!.requests.length, 1, "it is not asked again");
    });
  }

  it("tries again when the source is busy, then gives up", async () => {
    await serve({ status: 503 });
    const error = await failure(entry(sha256), { retries: 2 });
    assert.equal(error.code, "download-failed");
    assert.match(error.message, /503/);
    assert.equal(server!.requests.length, 3);
  });

  it("fails plainly when the source cannot be reached", async () => {
    const error = await failure(entry(sha256), { retries: 1 });
    assert.equal(error.code, "download-failed");
    assert.match(error.message, /cannot be reached/);
  });

  it("gives up on a source that sends nothing", async () => {
    await serve({ stalls: true });
    const error = await failure(entry(sha256), { retries: 0, stallTimeout: 50 });
    assert.match(error.message, /it sends nothing/);
  });

  it("does not take for whole what always ends too early", async () => {
    await serve({ cuts: [100_000, 0, 0, 0] });
    const error = await failure(entry(sha256), { retries: 1 });
    assert.equal(error.code, "download-failed");
    assert.deepEqual((await readdir(folder())).filter((name) => name.endsWith(".gguf")), [], "what is not whole has no model's name");
  });

  it("does not take a body for whole that was announced too short", async () => {
    await serve({ announcedLength: content.length - 1000 });
    const error = await failure(entry(sha256), { retries: 0, stallTimeout: 300 });
    assert.match(error.code, /download-failed|checksum-mismatch/);
    assert.deepEqual((await readdir(folder())).filter((name) => name.endsWith(".gguf")), []);
  });

  it("does not begin what the disk cannot hold", async () => {
    await serve({ announcedLength: 2 ** 52 });
    const error = await failure(entry(sha256));
    assert.match(error.message, /The disk is too full.*are needed.*are free/);
    assert.ok(error.remedy?.includes(folder()));
    assert.deepEqual(await readdir(folder()), []);
  });

  it("removes what an unfinished download has left, and nothing else", async () => {
    await serve();
    await stopMidway(entry(sha256));
    await writeFile(path.join(folder(), "other.gguf"), "");
    await discardDownload(entry(sha256), folder());
    assert.deepEqual(await readdir(folder()), ["other.gguf"]);
    await discardDownload(entry(sha256), path.join(folder(), "none"));
  });

  it("does not remove what is being downloaded", async () => {
    await writeFile(`${target()}.part.lock`, String(process.pid));
    await assert.rejects(discardDownload(entry(sha256), folder()), { code: "download-failed" });
  });

  it("fetches several models at once", async () => {
    await serve({ slowPiece: 20_000 });
    const second: CatalogEntry = { ...entry(sha256), id: "second", file: "second.gguf" };
    await Promise.all([download(entry(sha256)), download(second)]);
    assert.deepEqual((await readdir(folder())).sort(), [entry().file, "second.gguf"].sort());
    assert.deepEqual(await readFile(path.join(folder(), "second.gguf")), content);
  });

  it("goes through the proxy that is named", async () => {
    await serve();
    const proxy = await ProxyServer.start();
    try {
      await download(entry(sha256), { proxy: proxy.address });
      assert.deepEqual(proxy.tunnels, [new URL(server!.endpoint).host]);
      assert.deepEqual(await readFile(target()), content);
    } finally {
      await proxy.stop();
    }
  });

  it("says so when the proxy cannot be reached, and never goes around it", async () => {
    await serve();
    const error = await failure(entry(sha256), { proxy: "http://127.0.0.1:9", retries: 0 });
    assert.equal(error.code, "download-failed");
    assert.equal(server!.requests.length, 0);
  });

  it("says that the environment's proxy is no address", async () => {
    const before = process.env["https_proxy"];
    process.env["https_proxy"] = "nonsense";
    try {
      const error = await failure(entry(sha256), {});
      assert.match(`${error.code} ${error.message} ${error.remedy}`, /^bad-setting .*HTTPS_PROXY.* is not an address.*models\.proxy/);
    } finally {
      if (before === undefined) delete process.env["https_proxy"];
      else process.env["https_proxy"] = before;
    }
  });

  it("refuses a proxy that is no address, without telling its password", async () => {
    const error = await failure(entry(sha256), { proxy: "socks://me:secret@proxy" });
    assert.equal(error.code, "bad-setting");
    assert.ok(!error.message.includes("secret"), error.message);
  });

  it("takes a mirror's address with a path, and refuses what is none", async () => {
    await serve();
    await download(entry(sha256), { endpoint: `${server!.endpoint}/mirror/` });
    assert.ok(server!.requests[0]?.path.startsWith("/mirror/Qwen/"));
    assert.equal((await failure(entry(other), { endpoint: "mirror" })).code, "bad-setting");
  });

  it("refuses to write a file that is being written", async () => {
    await serve();
    await writeFile(`${target()}.part.lock`, String(process.pid));
    const error = await failure(entry(sha256));
    assert.match(error.message, /downloaded already by process/);
    assert.ok(error.remedy?.includes(".part.lock"));
  });

  it("takes over the lock of a process that is gone", async () => {
    await serve();
    await writeFile(`${target()}.part.lock`, "999999999");
    await download(entry(sha256));
    assert.deepEqual(await readdir(folder()), [entry().file]);
  });

  it("only checks a file that is here already", async () => {
    await serve();
    await writeFile(target(), content);
    await download(entry(sha256));
    assert.equal((await failure(entry(other))).code, "checksum-mismatch");
    assert.equal(server!.requests.length, 0);
    assert.deepEqual(await readFile(target()), content, "the person's file is left alone");
  });
});
