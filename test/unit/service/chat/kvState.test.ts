import assert from "node:assert/strict";
import { fileStore } from "../../../../src/chat/fileStore";
import { Sessions } from "../../../../src/chat/sessions";
import type { ChatSettings } from "../../../../src/chat/types";
import { silentLog } from "../../../../src/common/log";
import { openAdmission } from "../../../../src/service/admission";
import { createService } from "../../../../src/service/createService";
import { noMetrics } from "../../../../src/service/metrics";
import { inProcessModel } from "../../chat/inProcessModel";
import { temporaryFolder } from "../../engine/temporaryFolder";
import { TestRuntime } from "../../engine/testRuntime";

const settings: ChatSettings = { sampling: { sampler: "categorical", temperature: 1 }, useContext: false, contextFull: "dropOldest", maxTokens: 12, systemPrompt: "You answer in short." };

interface Reply {
  readonly conversation_id: string;
  readonly usage: { readonly prompt_tokens: number; readonly completion_tokens: number; readonly cached_tokens: number };
}

describe("sessions on the engine (a small model, random weights)", function () {
  this.timeout(120_000);
  const tests = new TestRuntime();
  const folder = temporaryFolder();
  after(() => tests.dispose());

  it("a follow-up reads nothing again of its own conversation, whatever was asked in between", async () => {
    const model = inProcessModel(await tests.engine("phi3", { contextSize: 1024, sequences: 2 }));
    const engine = { ...model, info: () => Promise.resolve(undefined), embed: () => Promise.resolve([]) };
    const sessions = new Sessions({ model, retriever: undefined, store: fileStore(folder(), silentLog), settings: () => settings, log: silentLog });
    const service = createService({
      ...{ engine, sessions, index: undefined, admission: openAdmission, metrics: noMetrics, settings: () => settings, log: silentLog },
      ...{ indexReady: Promise.resolve(), version: "1.2.3", stop: new AbortController().signal },
    });
    const ask = async (body: object) => {
      const reply = await service.inject({ method: "POST", url: "/chat/query", headers: { host: "127.0.0.1" }, payload: body });
      assert.equal(reply.statusCode, 200, reply.body);
      return reply.json<Reply>();
    };
    const one = await ask({ query: "What does f return?", session_id: "s" });
    const other = await ask({ query: "What does g return?", session_id: "s" });
    assert.notEqual(other.conversation_id, one.conversation_id);
    for (const before of [one, other]) {
      const { usage } = await ask({ query: "And what then?", conversation_id: before.conversation_id });
      // The last token that was drawn has not been read yet.
      assert.ok(usage.cached_tokens >= before.usage.prompt_tokens + before.usage.completion_tokens - 1, JSON.stringify([before.usage, usage]));
    }
    await service.close();
  });
});
