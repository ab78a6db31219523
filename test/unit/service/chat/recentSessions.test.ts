import assert from "node:assert/strict";
import { silentLog } from "../../../../src/common/log";
import { memoryStore } from "../../../../src/chat/memoryStore";
import { Sessions } from "../../../../src/chat/sessions";
import { RecentSessions } from "../../../../src/service/chat/recentSessions";
import { FakeModel } from "../../chat/fakes";

describe("sessions of a service that runs for long", () => {
  it("stay open for the 32 used last and those in use, and the others are closed", async () => {
    const model = new FakeModel();
    const sessions = new Sessions({ model, retriever: undefined, store: memoryStore(), settings: () => ({ sampling: {}, useContext: false, contextFull: "dropOldest" }), log: silentLog });
    const all = Array.from({ length: 40 }, () => sessions.create());
    const ids = all.map((session) => session.conversation.id);
    const recent = new RecentSessions((id) => sessions.close(id), (id) => id === ids[3]);
    for (const session of all.slice(0, 32)) await recent.use(session);
    await recent.use(all[0]!);
    for (const session of all.slice(32)) await recent.use(session);
    assert.deepEqual(model.released, [...ids.slice(1, 3), ...ids.slice(4, 10)]);
  });
});
