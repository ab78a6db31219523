import swagger from "@fastify/swagger";
import type { FastifyInstance, FastifySchema } from "fastify";
import { errorReply } from "./apiSchemas";

export interface ApiDescription {
  readonly version: string;
  readonly needsToken: boolean;
}

const tags = [
  { name: "chat", description: "Questions about the workspace's code, in conversations that the service keeps." },
  { name: "openai", description: "OpenAI's HTTP API, for its clients." },
  { name: "service", description: "The service itself." },
];

/** Collects the schemas of the routes that are added after it, and serves them at /openapi.json. */
export async function addOpenApi(app: FastifyInstance, { version, needsToken }: ApiDescription): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: { title: "Hearth", version, description: "A coding assistant with a local model." },
      tags,
      ...(needsToken && { components: { securitySchemes: { token: { type: "http", scheme: "bearer" } } }, security: [{ token: [] }] }),
    },
    convertConstToEnum: false,
    transform: ({ schema, url }) => ({ schema: withErrors(schema, needsToken), url }),
  });
  app.get("/openapi.json", { schema: { hide: true } }, () => app.swagger());
}

/** What any route may answer besides what its schema says. */
function withErrors(schema: FastifySchema | undefined, needsToken: boolean): FastifySchema {
  const own = Object.entries((schema?.response ?? {}) as Readonly<Record<string, object>>).map(([status, reply]) => [status, { description: schema?.summary ?? "", ...reply }]);
  const general = {
    ...(needsToken && { 401: errorReply("The token is missing or wrong.") }),
    ...(schema?.body !== undefined && { 400: errorReply("The request is not as its schema says."), 413: errorReply("The body is too large.") }),
    ...(schema?.tags?.includes("service") !== true && { 429: errorReply("Too many requests wait; Retry-After says when to come again."), 503: errorReply("The model is not there, or the service is stopping.") }),
  };
  return { ...schema, response: { ...general, ...Object.fromEntries(own) } };
}
