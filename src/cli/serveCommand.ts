import { once } from "node:events";
import path from "node:path";
import type { AddressInfo } from "node:net";
import { HearthError } from "../common/errors";
import { hearthHome } from "../common/hearthHome";
import { fileStore } from "../chat/fileStore";
import { engineDefaults } from "../engine/engineConfig";
import { openAdmission } from "../service/admission";
import { createService } from "../service/createService";
import { assertLoopback } from "../service/loopback";
import { noMetrics } from "../service/metrics";
import { prepareContext } from "./answer";
import { type CommandAction, type CommandRun, contextRoots, engineConfig, using } from "./command";
import type { Core } from "./core";
import { exitCodes } from "./exitCodes";

export interface ServeRequest {
  /** 0: any free one. */
  readonly port: number;
  readonly host: string;
  readonly version: string;
}

/** How long running answers may go on after Ctrl+C. */
const graceMs = 5000;

/** `hearth serve`: answers over HTTP until Ctrl+C, then lets running answers end. */
export function serveCommand(request: ServeRequest): CommandAction {
  return async (run) => {
    assertLoopback(request.host);
    return using(run.log, openCore(run), (core) => serve(core, request, run));
  };
}

function openCore(run: CommandRun): Core {
  const { settings } = run.options;
  const store = fileStore(path.join(hearthHome(run.surroundings.env), "conversations"), run.log);
  return run.cores.open({ engine: engineConfig(run, engineDefaults.sequences), roots: contextRoots(run), settings: () => settings, store, log: run.log });
}

async function serve(core: Core, { port, host, version }: ServeRequest, run: CommandRun): Promise<number> {
  const { reporter, stop, log, options } = run;
  const ending = new AbortController();
  const indexReady = prepareContext(core.index, reporter, stop);
  const service = createService({ ...core, admission: openAdmission, metrics: noMetrics, settings: () => options.settings, indexReady, version, log, stop: ending.signal });
  try {
    const url = await listen(service, host, port);
    reporter.report({ type: "listening", url, port: (service.server.address() as AddressInfo).port });
    if (!stop.aborted) await once(stop, "abort");
  } finally {
    const timer = setTimeout(() => ending.abort(), graceMs);
    await service.close();
    clearTimeout(timer);
  }
  return exitCodes.success;
}

async function listen(service: ReturnType<typeof createService>, host: string, port: number): Promise<string> {
  try {
    return await service.listen({ host, port });
  } catch (error) {
    throw new HearthError("bad-use", `The service cannot listen on ${host}:${port}: ${error instanceof Error ? error.message : String(error)}.`, {
      remedy: "Give another --port; 0 takes any free one.",
      cause: error,
    });
  }
}
