import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { silentLog, throwingLog } from "../../../src/common/log";
import { UpdateRequests } from "../../../src/rag/updateRequests";
import { temporaryFolder } from "./workspace";

describe("requests for an update", () => {
  it("are open until they are answered, each for itself", async () => {
    const storage = temporaryFolder();
    const [reader, other, writer] = [0, 1, 2].map(() => new UpdateRequests(storage, throwingLog)) as [UpdateRequests, UpdateRequests, UpdateRequests];
    assert.deepEqual(await writer.open(), []);
    const first = await reader.ask();
    assert.ok(first !== undefined);
    const seen = await writer.open();
    assert.deepEqual(seen, [first]);
    // One that comes while the writer is about to answer is not answered with the others.
    const [again, late] = [await reader.ask(), await other.ask()];
    assert.ok(again !== undefined && late !== undefined);
    await writer.answer(seen);
    assert.deepEqual([await reader.isAnswered(first), await reader.isAnswered(again), await other.isAnswered(late)], [true, false, false]);
    await writer.answer(await writer.open());
    assert.deepEqual([await reader.isAnswered(again), await other.isAnswered(late), await writer.open()], [true, true, []]);
  });

  it("are told to be impossible where no file can be left", async () => {
    const file = path.join(temporaryFolder(), "no-folder");
    writeFileSync(file, "");
    assert.equal(await new UpdateRequests(file, silentLog).ask(), undefined);
    rmSync(file);
  });
});
