/** The body of every error. */
const errorSchema = {
  type: "object",
  required: ["error"],
  properties: {
    error: {
      type: "object",
      required: ["message", "type", "code", "remedy"],
      properties: {
        message: { type: "string", description: "What is wrong, as a sentence." },
        type: { type: "string", enum: ["invalid_request_error", "rate_limit_error", "server_error"] },
        code: { type: ["string", "null"] },
        remedy: { type: ["string", "null"], description: "What can be done about it." },
      },
    },
  },
} as const;

/** A response with an error, for a route's schema. */
export function errorReply(description: string) {
  return { description, ...errorSchema };
}
