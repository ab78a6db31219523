import assert from "node:assert/strict";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import type { HearthError } from "../../../src/common/errors";
import { catalogEntry } from "../../../src/engine/catalog";
import { downloadModel } from "../../../src/engine/download";
import { FileServer } from "./fileServer";
import { temporaryFolder } from "./temporaryFolder";

describe("downloadModel says at once that it cannot write", () => {
  const folder = temporaryFolder();
  let server: FileServer;

  beforeEach(async () => {
    server = await FileServer.start({ content: Buffer.from("a model"), etag: "version-1" });
    await writeFile(path.join(folder(), "file"), "");
    await symlink(path.join(folder(), "gone"), path.join(folder(), "link"));
  });
  afterEach(() => server.stop());

  const entry = catalogEntry("qwen2-1.5b")!;

  async function assertRefused(directory: string): Promise<void> {
    const running = downloadModel(entry, directory, { signal: AbortSignal.timeout(20_000), endpoint: server.endpoint });
    await assert.rejects(running.next(), ({ code, message, remedy }: HearthError) => {
      return code === "download-failed" && message.includes("cannot be written") && remedy?.includes(directory) === true;
    });
  }

  // Permissions are not among them: tests may run as root, to whom they do not apply.
  const places: readonly [name: string, place: string][] = [
    ["below a file", "file/models"],
    ["where a file has the folder's name", "file"],
    ["into a link to a folder that is gone", "link"],
    ["below such a link", "link/models/chat"],
  ];
  for (const [name, place] of places) {
    it(name, async () => {
      await assertRefused(path.join(folder(), place));
      assert.equal(server.requests.length, 0);
    });
  }

  it("when a folder has the file's name, without trying again", async () => {
    await mkdir(path.join(folder(), `${entry.file}.part`));
    await assertRefused(folder());
    assert.equal(server.requests.length, 1);
  });
});
