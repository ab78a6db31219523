import type { FastifyInstance } from "fastify";
import type { ServiceDeps } from "../ports";
import { ChatAnswers } from "./chatAnswers";
import { addConversationRoutes } from "./conversationRoutes";
import { addQueryRoute } from "./queryRoute";
import { addSessionRoutes } from "./sessionRoutes";

/**
 * Questions in conversations that the service stores. A session holds several of them; it is nothing but a name that
 * they share, so it begins with its first conversation and ends with its last.
 */
export function addChat(app: FastifyInstance, deps: ServiceDeps): void {
  const answers = new ChatAnswers(deps);
  addQueryRoute(app, deps, answers);
  addConversationRoutes(app, deps, answers);
  addSessionRoutes(app, deps, answers);
}
