import { errorReply } from "../apiSchemas";

/** The tag of these routes in the OpenAPI document. */
const tags = ["chat"];

const text = { type: "string" } as const;
const textOrNull = { type: ["string", "null"] } as const;
const count = { type: "integer", minimum: 0 } as const;
const time = { type: "string", format: "date-time" } as const;

/** What a client may call its session. */
const name = { type: "string", pattern: "^[\\w-]{1,64}$" } as const;
/** Query strings are texts: the number is read from this one. */
const limit = { type: "string", pattern: "^[1-9][0-9]{0,3}$", description: "A number from 1 to 9999." } as const;

function objectOf(properties: Readonly<Record<string, object>>) {
  return { type: "object", properties, required: Object.keys(properties) } as const;
}

const listOf = (items: object) => ({ type: "array", items }) as const;

/** What a request may have: nothing else is taken. */
const given = (properties: Readonly<Record<string, object>>, required: readonly string[] = []) => ({ type: "object", properties, required, additionalProperties: false }) as const;

const refusals = {
  400: errorReply("The request has a mistake, or its prompt is too long."),
  404: errorReply("There is no such conversation."),
};

const source = objectOf({ path: text, start_line: count, end_line: count, symbol: textOrNull });

const message = {
  type: "object",
  required: ["role", "conversation_id", "content", "created_at"],
  properties: {
    ...{ role: { enum: ["user", "assistant"] }, conversation_id: text, content: text, created_at: time },
    status: { enum: ["running", "done", "failed", "searchResults"], description: "Of an answer." },
    model: textOrNull,
    stop_reason: textOrNull,
    sources: listOf(source),
  },
} as const;

const summary = {
  ...{ conversation_id: text, session_id: text, title: text, message_count: count, created_at: time },
  last_updated: { ...time, description: "When the last question was asked." },
};

const usage = objectOf({
  ...{ prompt_tokens: count, completion_tokens: count },
  cached_tokens: { ...count, description: "Tokens of the prompt that stood in the conversation's KV state already." },
  restored_tokens: { ...count, description: "Those of them that came back from the disk." },
});

const answer = objectOf({
  ...{ answer: text, session_id: text, conversation_id: text, sources: listOf(source) },
  notices: { ...listOf(text), description: "What the person should know, such as turns that left the context." },
  ...{ model: text, stop_reason: text, seed: { type: "integer" }, usage },
});

const events = {
  ...text,
  description:
    "One JSON object in each event, told apart by its `type`: `started` (with `session_id` and `conversation_id`), `loading`, " +
    "`sources`, `compacting`, `notice`, `prefill`, `text`, and at last `done`, which has all that a whole reply has, or `error`.",
};

export const querySchema = {
  summary: "Ask a question about the workspace's code",
  description:
    "Without a conversation_id a new conversation begins, which knows nothing of the session's others; without a session_id a new " +
    "session does. With `Accept: text/event-stream` the answer comes as server-sent events. A question that fails leaves nothing " +
    "behind unless part of its answer has come.",
  tags,
  body: given(
    {
      query: { type: "string", minLength: 1, pattern: "\\S" },
      session_id: { ...name, description: "Any name; the session begins with its first question." },
      conversation_id: { type: "string", minLength: 1, maxLength: 64 },
    },
    ["query"],
  ),
  response: {
    200: { description: "The answer.", content: { "application/json": { schema: answer }, "text/event-stream": { schema: events } } },
    ...refusals,
    409: errorReply("The conversation is still answering."),
    410: errorReply("The conversation was deleted before its answer was whole."),
    429: errorReply("Too many requests wait; Retry-After says when to come again."),
    503: errorReply("The model is missing or cannot answer, or the service is stopping."),
  },
};

const conversationId = { type: "string", minLength: 1, maxLength: 64 };

export const historySchema = {
  summary: "Messages, oldest first",
  description: "The newest of one conversation, or of all.",
  tags,
  querystring: given({ conversation_id: conversationId, limit: { ...limit, description: `${limit.description} Default: 50.` } }),
  response: { 200: objectOf({ conversation_id: textOrNull, messages: listOf(message), total_count: count }), ...refusals },
};

export const deleteHistorySchema = {
  summary: "Delete one conversation, or all, for good",
  description: "Answers that are being written for them are stopped.",
  tags,
  querystring: given({ conversation_id: conversationId }),
  response: { 200: objectOf({ deleted_conversations: count }), ...refusals },
};

export const contextSchema = {
  summary: "How far a conversation has come",
  tags,
  querystring: given({ conversation_id: conversationId }, ["conversation_id"]),
  response: {
    200: objectOf({
      ...{ conversation_id: text, session_id: text, message_count: count, user_message_count: count, assistant_message_count: count },
      ...{ last_query: textOrNull, last_response: textOrNull, created_at: time, last_updated: time },
    }),
    ...refusals,
  },
};

export const conversationSchema = {
  summary: "A conversation with its messages",
  tags,
  params: given({ id: conversationId }, ["id"]),
  response: { 200: objectOf({ ...summary, messages: listOf(message) }), ...refusals },
};

const session = objectOf({ session_id: text, conversation_count: count, message_count: count, created_at: time, last_updated: time });
const ofSession = { tags, params: given({ id: conversationId }, ["id"]) };
const sessionRefusals = { ...refusals, 404: errorReply("There is no such session.") };

export const sessionSchema = { summary: "A session", ...ofSession, response: { 200: session, ...sessionRefusals } };

export const sessionConversationsSchema = {
  summary: "A session's conversations, newest first",
  ...ofSession,
  response: { 200: objectOf({ session_id: text, conversations: listOf(objectOf(summary)), total_count: count }), ...sessionRefusals },
};

export const sessionsSchema = {
  summary: "All sessions, newest first",
  tags,
  querystring: given({ limit: { ...limit, description: `${limit.description} Default: 100.` } }),
  response: { 200: objectOf({ sessions: listOf(session), total_count: count }), 400: refusals[400] },
};

export const clearSessionSchema = {
  summary: "Delete a session's conversations for good",
  description: "Answers that are being written for them are stopped. The name can be used again.",
  tags,
  body: given({ session_id: { type: "string", minLength: 1, maxLength: 64 } }, ["session_id"]),
  response: { 200: objectOf({ session_id: text, deleted_conversations: count }), 400: refusals[400] },
};
