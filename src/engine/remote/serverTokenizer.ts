import * as v from "valibot";
import type { ServerClient } from "./serverClient";
import { unreadable } from "./serverErrors";
import type { Questions, ServerKind } from "./serverModel";
import type { CountAtServer } from "./tokenCounter";

/** How a kind of server is asked for the tokens of texts; llama-server and vLLM take one text at a time. */
interface CountingRoute {
  readonly route: string;
  readonly textsAtOnce: number;
  readonly body: (texts: readonly string[], model: string) => unknown;
}

const routes: Readonly<Partial<Record<ServerKind, CountingRoute>>> = {
  "llama-server": { route: "/tokenize", textsAtOnce: 1, body: ([content]) => ({ content, add_special: false }) },
  vllm: { route: "/tokenize", textsAtOnce: 1, body: ([prompt], model) => ({ model, prompt, add_special_tokens: false }) },
  hearth: { route: "/v1/tokens/count", textsAtOnce: 64, body: (input) => ({ input }) },
};

const reply = v.union([v.object({ counts: v.array(v.number()) }), v.object({ count: v.number() }), v.object({ tokens: v.array(v.unknown()) })]);

/** The server's own counting, where it has a route for it. */
export async function serverTokenizer(client: ServerClient, asks: Questions, kind: ServerKind, model: string): Promise<CountAtServer | undefined> {
  const found = routes[kind];
  if (!found || !(await asks.ask(found.route, reply, found.body(["a"], model)))) return undefined;
  const { route, textsAtOnce, body } = found;
  return {
    textsAtOnce,
    async count(texts, signal) {
      const counted = v.safeParse(reply, await client.json({ url: client.address.root + route, body: body(texts, model) }, signal));
      const counts = counted.success ? countsOf(counted.output) : [];
      if (counts.length !== texts.length) throw unreadable(client.address.host);
      return counts;
    },
  };
}

function countsOf(counted: v.InferOutput<typeof reply>): readonly number[] {
  if ("counts" in counted) return counted.counts;
  return ["count" in counted ? counted.count : counted.tokens.length];
}
