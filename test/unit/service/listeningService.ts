import { createAssistant } from "../../../src/assistant";
import { memoryStore } from "../../../src/chat/memoryStore";
import { silentLog } from "../../../src/common/log";
import { closeService } from "../../../src/service/closeService";
import { createService, type ServiceOptions } from "../../../src/service/createService";
import { FairQueue, type FairQueueOptions } from "../../../src/service/fairQueue";
import { ServiceMetrics } from "../../../src/service/serviceMetrics";
import { FakeIndex } from "../cli/fakeIndex";
import { FakeEngine } from "../cli/fakes";

export interface ErrorReply {
  readonly error: { readonly message: string; readonly type: string; readonly code: string; readonly remedy: string | null };
}

/** The whole service on a free port, with its own queue and metrics, over a fake engine and index. */
export class ListeningService {
  readonly engine = new FakeEngine();
  readonly index = new FakeIndex();
  readonly stop = new AbortController();
  readonly metrics = new ServiceMetrics();
  readonly queue: FairQueue;
  readonly app;
  readonly logged: string[] = [];
  url = "";

  private constructor(options: ServiceOptions, queue: Partial<FairQueueOptions>) {
    const settings = () => ({ sampling: {}, useContext: false, contextFull: "dropOldest" }) as const;
    const assistant = createAssistant({ engine: this.engine, index: this.index, store: memoryStore(), settings, log: silentLog });
    this.queue = new FairQueue({ capacity: () => 1, observer: this.metrics, ...queue });
    this.metrics.watch(this.queue, () => this.engine.state.kind === "ready");
    const log = { write: (level: string, message: string) => void this.logged.push(`${level} ${message}`) };
    const own = { admission: this.queue, metrics: this.metrics, settings, indexReady: Promise.resolve(), version: "1.2.3", log, stop: this.stop.signal };
    this.app = createService({ ...assistant, ...own }, { metrics: this.metrics, ...options });
  }

  static async start(options: ServiceOptions = {}, queue: Partial<FairQueueOptions> = {}): Promise<ListeningService> {
    const service = new ListeningService(options, queue);
    service.url = await service.app.listen({ host: "127.0.0.1", port: 0 });
    return service;
  }

  close(graceMs = 0): Promise<void> {
    return closeService(this.app, { queue: this.queue, ending: this.stop, graceMs });
  }

  get(route: string, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(this.url + route, { headers });
  }

  complete(content: string, { stream = false, user = "" } = {}, init: RequestInit = {}): Promise<Response> {
    const body = JSON.stringify({ messages: [{ role: "user", content }], stream, ...(user !== "" && { user }) });
    const { headers, ...rest } = init;
    return fetch(`${this.url}/v1/chat/completions`, { method: "POST", body, ...rest, headers: { "content-type": "application/json", ...(headers as Record<string, string>) } });
  }

  /** Resolves once so many answers have begun. */
  async answering(count: number): Promise<void> {
    await until(() => this.engine.requests.length >= count);
  }
}

/** Waits for what another part brings about; the test's own time limit ends it. */
export async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 5));
}
