import { setTimeout as sleep } from "node:timers/promises";
import { HearthError } from "../common/errors";
import { defaultModelDirectory } from "../common/hearthHome";
import { t } from "../common/l10n";
import type { Log } from "../common/log";
import { parentPort } from "../common/processPort";
import { readTranslations } from "../common/readTranslations";
import { type EmptyContract, type Handlers, RpcPeer } from "../common/rpc";
import { catalog, type CatalogEntry, catalogEntry } from "./catalog";
import { discardDownload, downloadModel } from "./download";
import { EngineHost } from "./engineHost";
import { listModels } from "./listModels";
import { NativeLlama } from "./llama";
import { modelDirectories } from "./modelFile";
import type { DownloadProgress } from "./ports";
import type { EngineContract } from "./protocol";

const disposeTimeoutMs = 4000;

/** Serves the engine's contract to the parent process, and ends with it. */
function main(): void {
  const log: Log = { write: (level, message) => peer.emit("log", { level, message }) };
  const host = new EngineHost(new NativeLlama((level, message) => log.write(level, message)), log);
  const peer = new RpcPeer<EngineContract, EmptyContract>(parentPort(), handlers(host, log));
  readTranslations(log);
  host.onProgress((progress) => peer.emit("loadProgress", progress));
  host.onInfoChanged((info) => peer.emit("infoChanged", info));
  host.onUnloaded((event) => peer.emit("unloaded", event));
  // The system takes back what a model holds; freeing it here could wait for a long evaluation.
  peer.onClose(() => process.exit(0));
}

function handlers(host: EngineHost, log: Log): Handlers<EngineContract> {
  const directories = () => modelDirectories(host.config.modelDirectories);
  return {
    configure: (config) => host.configure(config),
    load: (_, signal) => host.load(signal),
    measure: (prompt, signal) => host.measure(prompt, signal),
    countTokens: (texts, signal) => host.countTokens(texts, signal),
    resume: (prompt, signal) => host.resume(prompt, signal),
    release: (conversation) => host.release(conversation),
    forget: (conversation) => host.forget(conversation),
    embeddingInfo: (_, signal) => host.embeddingInfo(signal),
    embed: ({ texts, kind }, signal) => host.embed(texts, kind, signal),
    countInput: ({ texts, kind }, signal) => host.countInput(texts, kind, signal),
    models: () => listModels(directories()),
    discardDownload: (model) => discardDownload(downloadable(model), downloadDirectory(host)),
    fit: (request, signal) => host.fit(request, signal),
    inspect: (model, signal) => host.inspect(model, signal),
    shutdown: () => Promise.race([host.dispose(), sleep(disposeTimeoutMs, undefined, { ref: false })]),
    generate: (request, signal) => host.generate(request, signal),
    download: (model, signal) => download(host, model, log, signal),
  };
}

async function* download(host: EngineHost, model: string, log: Log, signal: AbortSignal): AsyncGenerator<DownloadProgress, void, undefined> {
  const { downloadEndpoint: endpoint, downloadProxy: proxy } = host.config;
  yield* downloadModel(downloadable(model), downloadDirectory(host), { signal, log, endpoint, proxy });
  await host.replaceStandIn();
}

function downloadDirectory({ config }: EngineHost): string {
  return modelDirectories(config.modelDirectories)[0] ?? defaultModelDirectory();
}

function downloadable(model: string): CatalogEntry {
  const entry = catalogEntry(model);
  if (entry?.source === "bundled") throw new HearthError("bad-use", t("{0} comes with Hearth, so there is nothing to download.", entry.id));
  if (entry) return entry;
  throw new HearthError("bad-use", t('"{0}" is not in the catalog, so it cannot be downloaded.', model), {
    remedy: t("Give one of {0}.", catalog.map(({ id }) => id).join(", ")),
  });
}

main();
