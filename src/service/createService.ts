import { setMaxListeners } from "node:events";
import { fastify, type FastifyInstance } from "fastify";
import { describeError } from "../common/errors";
import { addAccess } from "./access";
import { addChat } from "./chat/chatRoutes";
import { addCompletions } from "./completions";
import { addCrossOrigin } from "./crossOrigin";
import { addEmbeddings } from "./embeddings";
import { addHealth } from "./health";
import { errorBody, errorHeaders, HttpError, statusOf } from "./httpErrors";
import { addMetrics, watchRequests } from "./metricsRoute";
import { addModels } from "./models";
import { addOpenApi } from "./openApi";
import type { ServiceDeps } from "./ports";
import type { ServiceMetrics } from "./serviceMetrics";

export interface ServiceOptions {
  /** Clients have to send it as a bearer token. Default: none; the service is to listen on a loopback address then. */
  readonly token?: string | undefined;
  /** Origins of web pages that may ask, or "*". Default: none. */
  readonly origins?: readonly string[];
  /** Most bytes of a request's body. Default 4 MiB. */
  readonly bodyLimit?: number;
  /** Serves /metrics. Default: there is no such route. */
  readonly metrics?: ServiceMetrics;
}

/** Bytes of a request: a long history with code fits, a mistake does not. */
export const defaultBodyLimit = 4 * 1024 * 1024;

/** A client that needs longer to send its request has forgotten it. */
const requestTimeoutMs = 120_000;

/** The HTTP service, not yet listening. `close` on it waits for running answers; aborting `deps.stop` ends them. */
export function createService(deps: ServiceDeps, options: ServiceOptions = {}): FastifyInstance {
  // Each request listens to it while it is answered; many at once are no leak.
  setMaxListeners(0, deps.stop);
  const app = fastify({
    bodyLimit: options.bodyLimit ?? defaultBodyLimit,
    requestTimeout: requestTimeoutMs,
    forceCloseConnections: "idle",
    // A number in quotes or an unknown key is the client's mistake to hear of, not ours to mend in silence.
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, allowUnionTypes: true } },
    routerOptions: { maxParamLength: 200 },
  });
  // The schemas of replies are documentation: nothing that a route sends is left out for want of a line in them.
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  app.setErrorHandler((error, request, reply) => {
    const status = statusOf(error);
    if (status >= 500) deps.log.write("warn", `${request.method} ${request.routeOptions.url ?? "?"}: ${describeError(error)}`);
    return reply.status(status).headers(errorHeaders(error)).send(errorBody(error));
  });
  app.setNotFoundHandler((request, reply) =>
    reply.status(404).send(errorBody(new HttpError(404, "not_found", `There is no ${request.method} ${request.url}.`))),
  );
  void app.register(onTheRoot((root) => addAll(root, deps, options)));
  return app;
}

async function addAll(app: FastifyInstance, deps: ServiceDeps, { token, origins = [], metrics }: ServiceOptions): Promise<void> {
  watchRequests(app, deps, metrics);
  await addCrossOrigin(app, origins);
  const mayAsk = addAccess(app, { token, origins });
  await addOpenApi(app, { version: deps.version, needsToken: token !== undefined });
  addHealth(app, deps, mayAsk);
  if (metrics) addMetrics(app, metrics);
  addModels(app, deps);
  addCompletions(app, deps);
  addEmbeddings(app, deps);
  addChat(app, deps);
}

/** A plugin whose hooks and routes are the whole service's. */
function onTheRoot(plugin: (app: FastifyInstance) => Promise<void>) {
  return Object.assign(plugin, { [Symbol.for("skip-override")]: true });
}
