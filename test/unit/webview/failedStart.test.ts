import assert from "node:assert/strict";
import { HearthError } from "../../../src/common/errors";
import { type EmptyContract, portPair, RpcPeer } from "../../../src/common/rpc";
import { ChatApp } from "../../../src/webview/chatApp";
import type { ShellContract } from "../../../src/webview/protocol";
import { ViewStore } from "../../../src/webview/viewStore";
import { until, usePage } from "./page";

/** The part of the shell that a view without a conversation needs. */
interface BrokenShell extends Pick<ShellContract, "streams" | "events"> {
  requests: Pick<ShellContract["requests"], "ready" | "action">;
}

describe("a chat view whose shell has no conversation for it", () => {
  usePage();

  it("tells why, and opens the log", async () => {
    const [a, b] = portPair();
    const asked: unknown[] = [];
    new RpcPeer<BrokenShell, EmptyContract>(a, {
      ready: () => {
        throw new HearthError("internal", "No store.", { remedy: "Mend it." });
      },
      action: (params) => void asked.push(params),
    });
    await new ChatApp(document.body, b, new ViewStore({ getState: () => undefined, setState: () => undefined })).start();
    const text = document.querySelector("main .error-box")?.textContent ?? "";
    assert.ok(text.startsWith("The chat cannot be shown. No store. Mend it."), text);
    document.querySelector<HTMLElement>('main [data-action="showLog"]')?.click();
    await until("the request", () => asked.length === 1);
    assert.deepEqual(asked, [{ action: "showLog" }]);
  });
});
