import type { ChatEngine } from "../../../src/engine/chatEngine";
import type { ChatModel } from "../../../src/engine/ports";

/** The engine in this process, as the chat sees it. */
export function inProcessModel(engine: ChatEngine): ChatModel {
  return {
    state: { kind: "ready", info: engine.info },
    onDidChangeState: () => ({ dispose: () => undefined }),
    load: () => Promise.resolve(engine.info),
    measure: (prompt) => Promise.resolve(engine.measure(prompt)),
    countTokens: (texts) => Promise.resolve(engine.countTokens(texts)),
    generate: (request, signal) => engine.generate(request, signal),
    resume: (prompt, signal = new AbortController().signal) => engine.resume(prompt, signal),
    release: (conversation) => engine.release(conversation),
    forget: (conversation) => engine.forget(conversation),
  };
}
