import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { ServiceDeps } from "./ports";
import type { EndedRequest, ServiceMetrics } from "./serviceMetrics";

/** What a client that left before its reply is counted as, as proxies do. */
const clientLeft = 499;

/** Counts and logs every request. What a request or its head says is in neither. */
export function watchRequests(app: FastifyInstance, { log }: ServiceDeps, metrics: ServiceMetrics | undefined): void {
  app.addHook("onRequest", (request, reply, done) => {
    const startedAt = performance.now();
    reply.raw.once("close", () => {
      const ended = endedRequest(request, reply, performance.now() - startedAt);
      metrics?.requested(ended);
      log.write("info", `${ended.method} ${ended.route} ${ended.status} ${Math.round(ended.durationMs)} ms`);
    });
    done();
  });
}

export function addMetrics(app: FastifyInstance, metrics: ServiceMetrics): void {
  const response = { 200: { description: "Prometheus' text format.", type: "string" } };
  app.get("/metrics", { schema: { summary: "Counters and gauges for Prometheus", tags: ["service"], response } }, async (_request, reply) =>
    reply.type(metrics.contentType).send(await metrics.text()),
  );
}

function endedRequest({ method, routeOptions }: FastifyRequest, { raw }: FastifyReply, durationMs: number): EndedRequest {
  return { method, route: routeOptions.url ?? "unknown", status: raw.writableFinished ? raw.statusCode : clientLeft, durationMs };
}
