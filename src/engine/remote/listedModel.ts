import * as v from "valibot";

/** A row of `GET /v1/models`, with what servers add to it. */
export const listedModel = v.object({
  id: v.string(),
  owned_by: v.optional(v.nullable(v.string())),
  /** Of `hearth serve`: what the model is for, and what its file is. */
  role: v.optional(v.nullable(v.string())),
  hash: v.optional(v.nullable(v.string())),
  max_model_len: v.optional(v.nullable(v.number())),
  context_length: v.optional(v.nullable(v.number())),
  meta: v.optional(v.nullable(v.object({ n_ctx_train: v.optional(v.nullable(v.number())) }))),
});

export type ListedModel = v.InferOutput<typeof listedModel>;
