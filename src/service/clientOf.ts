import type { FastifyRequest } from "fastify";

/** Longest name that is told apart. */
const longestName = 128;

/**
 * Who asks, for the queue in which clients take turns: the name in the header `X-Hearth-Client`, else the body's `user`
 * (OpenAI's clients can set it) or `session_id`, else the address. Programs of one machine, and all that come through one
 * proxy, share an address: they count as one client unless they name themselves.
 */
export function clientOf({ headers, body, ip }: Pick<FastifyRequest, "headers" | "body" | "ip">): string {
  const named = headers["x-hearth-client"] ?? textOf(body, "user") ?? textOf(body, "session_id");
  return typeof named === "string" && named.trim() !== "" ? `name ${named.trim().slice(0, longestName)}` : `address ${ip}`;
}

function textOf(body: unknown, key: string): string | undefined {
  if (typeof body !== "object" || body === null) return undefined;
  const value = (body as Readonly<Record<string, unknown>>)[key];
  return typeof value === "string" && value !== "" ? value : undefined;
}
