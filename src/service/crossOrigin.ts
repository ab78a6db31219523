import cors from "@fastify/cors";
import type { FastifyInstance } from "fastify";

/** Lets web pages of these origins read the replies. */
export async function addCrossOrigin(app: FastifyInstance, origins: readonly string[]): Promise<void> {
  if (origins.length === 0) return;
  await app.register(cors, {
    origin: origins.includes("*") ? "*" : [...origins],
    methods: ["GET", "POST", "DELETE"],
    allowedHeaders: ["authorization", "content-type", "x-hearth-client"],
    exposedHeaders: ["retry-after"],
    maxAge: 600,
  });
}
