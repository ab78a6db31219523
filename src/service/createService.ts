import { fastify, type FastifyInstance } from "fastify";
import { describeError } from "../common/errors";
import { addChatQuery } from "./chatQuery";
import { addCompletions } from "./completions";
import { addHealth, addModels } from "./health";
import { errorBody, HttpError, statusOf } from "./httpErrors";
import { namesLoopback } from "./loopback";
import type { ServiceDeps } from "./ports";

/** Bytes of a request: a long history with code fits, a mistake does not. */
const bodyLimit = 4 * 1024 * 1024;

/** The HTTP service, not yet listening. `close` on it waits for running answers; aborting `deps.stop` ends them. */
export function createService(deps: ServiceDeps): FastifyInstance {
  const app = fastify({
    bodyLimit,
    forceCloseConnections: "idle",
    // A number in quotes or an unknown key is the client's mistake to hear of, not ours to mend in silence.
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, allowUnionTypes: true } },
  });
  app.addHook("onRequest", ({ headers }, _reply, done) => {
    const refused = new HttpError(403, "forbidden_host", "Only requests to this machine's own address are answered.");
    done(namesLoopback(headers.host) ? undefined : refused);
  });
  app.setErrorHandler((error, request, reply) => {
    const status = statusOf(error);
    if (status >= 500) deps.log.write("warn", `${request.method} ${request.url}: ${describeError(error)}`);
    return reply.status(status).send(errorBody(error));
  });
  app.setNotFoundHandler((request, reply) =>
    reply.status(404).send(errorBody(new HttpError(404, "not_found", `There is no ${request.method} ${request.url}.`))),
  );
  addHealth(app, deps);
  addModels(app, deps);
  addCompletions(app, deps);
  addChatQuery(app, deps);
  return app;
}
