import { createHash, timingSafeEqual } from "node:crypto";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { HearthError } from "../common/errors";
import { HttpError } from "./httpErrors";
import { isLoopback, namesLoopback } from "./loopback";

export interface AccessRules {
  /** What clients send as "Authorization: Bearer ..."; undefined: nothing is asked of them. */
  readonly token?: string | undefined;
  /** Origins of web pages that may ask; "*" is any. */
  readonly origins: readonly string[];
}

/** Shorter ones could be guessed over a network. */
const shortestToken = 16;

/** Throws "bad-use" for rules that would let strangers in. */
export function assertGuarded(host: string, { token, origins }: AccessRules): void {
  if (token !== undefined && !/^[\x21-\x7e]+$/.test(token)) {
    throw new HearthError("bad-use", "The token has a character that cannot stand in a header.", { remedy: "Use letters, digits and signs, without spaces." });
  }
  if (!isLoopback(host)) assertToken(token, `Other machines can reach "${host}", so the service needs a token of at least ${shortestToken} characters there.`);
  if (origins.includes("*")) assertToken(token, `With --cors "*" every web page can ask, so the service needs a token of at least ${shortestToken} characters.`);
}

function assertToken(token: string | undefined, message: string): void {
  if (token !== undefined && token.length >= shortestToken) return;
  throw new HearthError("bad-use", message, { remedy: "Set HEARTH_TOKEN, for example to what `openssl rand -hex 32` prints, or listen on 127.0.0.1." });
}

/** An origin as browsers send it. Throws "bad-use" for anything else, such as a URL with a path. */
export function parseOrigin(text: string): string {
  const origin = text.trim().replace(/\/$/, "").toLowerCase();
  if (origin === "*" || /^[a-z][a-z0-9+.-]*:\/\/[^\s/?#@,]+$/.test(origin)) return origin;
  throw new HearthError("bad-use", `"${text}" is no origin of web pages.`, { remedy: "Give scheme, host and port, such as http://localhost:3000." });
}

/** Refuses what comes from elsewhere: a web page whose name was pointed here, a web page that was not named, a client without the token. */
export function addAccess(app: FastifyInstance, rules: AccessRules): (request: FastifyRequest) => boolean {
  const hasToken = tokenCheck(rules.token);
  app.addHook("onRequest", (request, _reply, done) => done(refusal(request, rules, hasToken)));
  return hasToken;
}

function refusal(request: FastifyRequest, { token, origins }: AccessRules, hasToken: (request: FastifyRequest) => boolean): HttpError | undefined {
  const { host, origin } = request.headers;
  // Behind a proxy the host is the proxy's name; the token keeps strangers out then.
  if (token === undefined && !namesLoopback(host)) {
    return new HttpError(403, "forbidden_host", "Only requests to this machine's own address are answered.", { remedy: "With a token (HEARTH_TOKEN) any host name is." });
  }
  if (origin !== undefined && !isOwn(origin, host) && !origins.includes("*") && !origins.includes(origin.toLowerCase())) {
    return new HttpError(403, "forbidden_origin", `Web pages of "${origin}" may not ask here.`, { remedy: "Start the service with --cors and that origin." });
  }
  if (request.routeOptions.config.open === true || hasToken(request)) return undefined;
  return new HttpError(401, "invalid_api_key", "The token is missing or wrong.", { remedy: 'Send "Authorization: Bearer TOKEN" with the token that the service was started with.' });
}

function isOwn(origin: string, host: string | undefined): boolean {
  return host !== undefined && /^https?:\/\//.test(origin) && origin.replace(/^https?:\/\//, "").toLowerCase() === host.toLowerCase();
}

/** Compares digests, so that neither time nor length tell anything of the token. */
function tokenCheck(token: string | undefined): (request: FastifyRequest) => boolean {
  if (token === undefined) return () => true;
  const expected = digest(token);
  return ({ headers }) => {
    const given = /^bearer +(\S+)$/i.exec(headers.authorization ?? "")?.[1];
    return given !== undefined && timingSafeEqual(digest(given), expected);
  };
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

declare module "fastify" {
  interface FastifyContextConfig {
    /** Answered without the token. */
    readonly open?: boolean;
  }
}
