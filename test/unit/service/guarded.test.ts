import assert from "node:assert/strict";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { type ErrorReply, ListeningService } from "./listeningService";

const token = "a-token-that-is-long";
const page = "http://localhost:3000";
const codeOf = async (reply: Response) => ((await reply.json()) as ErrorReply).error.code;

describe("who may ask the service", () => {
  let service: ListeningService;
  afterEach(() => service.close());

  const authorizations: readonly [name: string, header: string | undefined, status: number][] = [
    ["no token", undefined, 401],
    ["a wrong one", "Bearer wrong", 401],
    ["one that begins like it", `Bearer ${token.slice(0, -1)}`, 401],
    ["one that goes on", `Bearer ${token}x`, 401],
    ["another scheme", `Basic ${token}`, 401],
    ["the token", `Bearer ${token}`, 200],
    ["the token, written otherwise", `bearer  ${token}`, 200],
  ];
  for (const [name, authorization, status] of authorizations) {
    it(`${name}: ${status}`, async () => {
      service = await ListeningService.start({ token });
      const headers = authorization === undefined ? {} : { authorization };
      for (const route of ["/v1/models", "/metrics", "/openapi.json"]) assert.equal((await service.get(route, headers)).status, status, route);
      const reply = await service.complete("one", {}, { headers });
      assert.equal(reply.status, status);
      assert.equal(service.engine.requests.length, status === 200 ? 1 : 0);
      if (status === 200) return;
      assert.equal(await codeOf(reply), "invalid_api_key");
      assert.match(reply.headers.get("www-authenticate") ?? "", /^Bearer/);
      assert.equal((await service.get("/no-such-route", headers)).status, 401, "not even what there is");
    });
  }

  it("without the token health says that the service is there, and nothing else", async () => {
    service = await ListeningService.start({ token });
    assert.deepEqual(await (await service.get("/health")).json(), { status: "ok" });
    const whole = (await (await service.get("/health", { authorization: `Bearer ${token}` })).json()) as object;
    assert.deepEqual(Object.keys(whole), ["status", "version", "engine", "index"]);
  });

  it("the token is in no log line", async () => {
    service = await ListeningService.start({ token });
    await (await service.complete("secret words", {}, { headers: { authorization: `Bearer ${token}` } })).text();
    await (await service.complete("secret words", {}, { headers: { authorization: "Bearer wrong" } })).text();
    await service.close();
    assert.ok(service.logged.length >= 2, service.logged.join("\n"));
    assert.doesNotMatch(service.logged.join("\n"), new RegExp(`${token}|wrong|secret`));
  });

  it("without a token, only this machine's own address is answered", async () => {
    service = await ListeningService.start();
    const asked = (host: string) => rawRequest(service, `GET /health HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    assert.match(await asked("localhost"), /^HTTP\/1.1 200/);
    assert.match(await asked("evil.example"), /^HTTP\/1.1 403[^]*forbidden_host/);
  });

  it("with a token, a proxy's name is", async () => {
    service = await ListeningService.start({ token });
    const reply = await rawRequest(service, `GET /v1/models HTTP/1.1\r\nHost: hearth.example\r\nAuthorization: Bearer ${token}\r\nConnection: close\r\n\r\n`);
    assert.match(reply, /^HTTP\/1.1 200/);
  });

  it("web pages are refused, even with a request that browsers send unasked", async () => {
    service = await ListeningService.start();
    for (const origin of [page, "null", "https://evil.example"]) {
      const reply = await service.complete("one", {}, { headers: { origin } });
      assert.deepEqual([reply.status, await codeOf(reply)], [403, "forbidden_origin"]);
      assert.equal(reply.headers.get("access-control-allow-origin"), null);
    }
    assert.equal(service.engine.requests.length, 0);
  });

  it("a page of the service's own address may", async () => {
    service = await ListeningService.start();
    assert.equal((await service.complete("one", {}, { headers: { origin: service.url } })).status, 200);
  });

  it("a named web page may ask and read, others may not", async () => {
    service = await ListeningService.start({ origins: [page], token });
    const asked = { "access-control-request-method": "POST", "access-control-request-headers": "authorization,content-type" };
    const preflight = await fetch(`${service.url}/v1/chat/completions`, { method: "OPTIONS", headers: { origin: page, ...asked } });
    assert.deepEqual([preflight.status, preflight.headers.get("access-control-allow-origin")], [204, page]);
    assert.match(preflight.headers.get("access-control-allow-headers") ?? "", /authorization/);
    for (const stream of [false, true]) {
      const reply = await service.complete("one", { stream }, { headers: { origin: page, authorization: `Bearer ${token}` } });
      assert.deepEqual([reply.status, reply.headers.get("access-control-allow-origin")], [200, page], `stream: ${stream}`);
      await reply.text();
    }
    const unnamed = await service.complete("one", {}, { headers: { origin: "https://evil.example", authorization: `Bearer ${token}` } });
    assert.equal(unnamed.status, 403);
    const refused = await service.complete("one", {}, { headers: { origin: page } });
    assert.deepEqual([refused.status, refused.headers.get("access-control-allow-origin")], [401, page], "the page can read why");
  });

  it("any web page may where the operator says so", async () => {
    service = await ListeningService.start({ origins: ["*"], token });
    const reply = await service.complete("one", {}, { headers: { origin: "https://some.example", authorization: `Bearer ${token}` } });
    assert.deepEqual([reply.status, reply.headers.get("access-control-allow-origin")], [200, "*"]);
  });
});

/** Sends a request as it stands, since fetch names its own host. */
async function rawRequest(service: ListeningService, request: string): Promise<string> {
  const socket = connect(Number(new URL(service.url).port), "127.0.0.1");
  socket.end(request);
  return text(socket);
}
