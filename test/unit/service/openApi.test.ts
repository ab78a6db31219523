import assert from "node:assert/strict";
import { fastify } from "fastify";
import { ListeningService } from "./listeningService";

interface Content {
  readonly content?: Readonly<Record<string, { readonly schema: object }>>;
}

interface Operation {
  readonly summary?: string;
  readonly tags?: readonly string[];
  readonly requestBody?: Content;
  readonly responses: Readonly<Record<string, Content & { readonly description: string }>>;
}

interface Document {
  readonly openapi: string;
  readonly info: { readonly version: string };
  readonly tags: readonly { readonly name: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly security?: unknown;
}

/** Every route that the service promises. */
const promised = [
  "GET /health",
  "GET /metrics",
  "GET /v1/models",
  "GET /v1/models/{id}",
  "POST /v1/chat/completions",
  "POST /v1/completions",
  "POST /v1/embeddings",
  "POST /chat/query",
  "GET /chat/history",
  "DELETE /chat/history",
  "GET /chat/context",
  "GET /chat/session/{id}",
  "GET /chat/session/{id}/conversations",
  "POST /chat/session/clear",
  "GET /chat/sessions",
  "GET /chat/conversation/{id}",
];

describe("/openapi.json", () => {
  let service: ListeningService;
  let document: Document;
  let operations: readonly (readonly [name: string, operation: Operation])[];

  before(async () => {
    service = await ListeningService.start();
    document = (await (await service.get("/openapi.json")).json()) as Document;
    operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => [`${method.toUpperCase()} ${path}`, operation] as const),
    );
  });

  after(() => service.close());

  it("is of this version", () => assert.deepEqual([document.openapi, document.info.version], ["3.1.0", "1.2.3"]));

  it("names every route", () => {
    const plain = (name: string) => name.replace(/\{[^}]+\}/g, "{id}");
    assert.deepEqual(promised.filter((route) => !operations.some(([name]) => plain(name) === plain(route))), []);
  });

  it("says of each what it is for, and what it answers", () => {
    const tags = document.tags.map(({ name }) => name);
    for (const [name, { summary = "", tags: own = [], responses }] of operations) {
      assert.notEqual(summary, "", name);
      assert.ok(own.length === 1 && tags.includes(own[0]!), `${name} belongs to ${own.join()}`);
      assert.ok(Object.keys(responses).some((status) => status.startsWith("2")), `${name} answers ${Object.keys(responses).join()}`);
      for (const { description } of Object.values(responses)) assert.notEqual(description, "Default Response", name);
    }
  });

  it("describes the replies as they are", async () => {
    const check = async (name: string, status: number, reply: unknown) => {
      const responses = Object.entries(operations.find(([known]) => known === name)?.[1].responses ?? {});
      const schema = responses.find(([known]) => known === String(status))?.[1].content?.["application/json"]?.schema;
      assert.ok(schema, `${name} ${status}`);
      assert.deepEqual(await problems(schema, reply), [], `${name} ${status}\n${JSON.stringify(reply)}`);
    };
    const post = async (route: string, body: object) => fetch(service.url + route, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
    const user = { role: "user", content: "one two" };
    const posts: readonly [route: string, body: object, status: number][] = [
      ["/v1/chat/completions", { messages: [user] }, 200],
      ["/v1/chat/completions", { messages: [] }, 400],
      ["/chat/query", { query: "what is a" }, 200],
      ["/chat/query", {}, 400],
    ];
    for (const [route, body, status] of posts) {
      const reply = await post(route, body);
      assert.equal(reply.status, status, route);
      await check(`POST ${route}`, status, await reply.json());
    }
    for (const route of ["/health", "/v1/models", "/chat/sessions", "/chat/history"]) await check(`GET ${route}`, 200, await (await service.get(route)).json());
  });

  it("names the token where one is needed", async () => {
    assert.equal(document.security, undefined);
    const token = "a-token-that-is-long";
    const guarded = await ListeningService.start({ token });
    try {
      const other = (await (await guarded.get("/openapi.json", { authorization: `Bearer ${token}` })).json()) as Document;
      assert.deepEqual(other.security, [{ token: [] }]);
    } finally {
      await guarded.close();
    }
  });
});

/** What is wrong with a value, by the framework's own validator, which throws for a schema that is none. */
async function problems(schema: object, value: unknown): Promise<readonly string[]> {
  const app = fastify({ ajv: { customOptions: { coerceTypes: false, removeAdditional: false, allowUnionTypes: true, strict: false } } });
  app.post("/", (request) => {
    const validate = request.compileValidationSchema(schema);
    return validate(value) ? [] : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? ""}`);
  });
  const reply = await app.inject({ method: "POST", url: "/" });
  await app.close();
  assert.equal(reply.statusCode, 200, reply.body);
  return reply.json();
}
