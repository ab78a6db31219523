import { once } from "node:events";
import path from "node:path";
import type { AddressInfo } from "node:net";
import { HearthError } from "../common/errors";
import { hearthHome } from "../common/hearthHome";
import { keepHeapSteady } from "../common/steadyHeap";
import { fileStore } from "../chat/fileStore";
import { engineDefaults } from "../engine/engineConfig";
import type { ChatModel } from "../engine/ports";
import { type AccessRules, assertGuarded } from "../service/access";
import { closeService } from "../service/closeService";
import { createService } from "../service/createService";
import { FairQueue } from "../service/fairQueue";
import { ServiceMetrics } from "../service/serviceMetrics";
import { prepareContext } from "./answer";
import { type CommandAction, type CommandRun, contextRoots, engineConfig, using } from "./command";
import type { Core } from "./core";
import { exitCodes } from "./exitCodes";
import type { ServeFlags } from "./serveOptions";

export interface ServeRequest extends ServeFlags {
  readonly version: string;
}

/** Requests that a server gets at once where it does not tell how many it takes; it has a queue of its own. */
const serverRequests = 16;
const mebibyte = 1024 * 1024;

/** `hearth serve`: answers over HTTP until Ctrl+C, then lets running answers end. */
export function serveCommand(request: ServeRequest): CommandAction {
  return async (run) => {
    const { HEARTH_TOKEN = "" } = run.surroundings.env;
    const rules = { token: request.token ?? (HEARTH_TOKEN === "" ? undefined : HEARTH_TOKEN), origins: request.cors ?? [] };
    assertGuarded(request.host, rules);
    return using(run.log, openCore(run), (core) => serve(core, { ...request, ...rules }, run));
  };
}

function openCore(run: CommandRun): Core {
  const { settings } = run.options;
  const store = fileStore(path.join(hearthHome(run.surroundings.env), "conversations"), run.log);
  return run.cores.open({ engine: engineConfig(run, engineDefaults.sequences), roots: contextRoots(run), settings: () => settings, store, log: run.log });
}

type GuardedRequest = Omit<ServeRequest, "token"> & AccessRules;

async function serve(core: Core, request: GuardedRequest, run: CommandRun): Promise<number> {
  keepHeapSteady();
  const { reporter, stop, log, options } = run;
  const ending = new AbortController();
  const metrics = new ServiceMetrics();
  const queue = new FairQueue({ capacity: () => capacity(core.engine, options.sequences), maxWaiting: request.maxQueue, maxWaitMs: request.maxWait * 1000, observer: metrics });
  metrics.watch(queue, () => core.engine.state.kind === "ready");
  const indexReady = prepareContext(core.index, reporter, stop);
  const deps = { ...core, admission: queue, metrics, settings: () => options.settings, indexReady, version: request.version, log, stop: ending.signal };
  const service = createService(deps, { token: request.token, origins: request.origins, bodyLimit: request.bodyLimit * mebibyte, metrics });
  const graceMs = request.grace * 1000;
  try {
    const url = await listen(service, request);
    reporter.report({ type: "listening", url, port: (service.server.address() as AddressInfo).port });
    if (!stop.aborted) await once(stop, "abort");
    run.extendGrace?.(graceMs);
  } finally {
    await closeService(service, { queue, ending, graceMs });
  }
  return exitCodes.success;
}

/** As many as the model holds conversations: more of them would push each other's KV state out. */
function capacity({ state }: ChatModel, sequences: number | undefined): number {
  if (sequences !== undefined) return sequences;
  if (state.kind !== "ready") return engineDefaults.sequences;
  return state.info.sequences > 0 ? state.info.sequences : serverRequests;
}

async function listen(service: ReturnType<typeof createService>, { host, port }: GuardedRequest): Promise<string> {
  try {
    return await service.listen({ host, port });
  } catch (error) {
    throw new HearthError("bad-use", `The service cannot listen on ${host}:${port}: ${error instanceof Error ? error.message : String(error)}.`, {
      remedy: "Give another --port; 0 takes any free one.",
      cause: error,
    });
  }
}
