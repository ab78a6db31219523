import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface ServedFile {
  readonly content: Buffer;
  /** Answer with this status and nothing else. */
  status?: number;
  /** Sent as `X-Linked-ETag`, in quotes as the hub does. */
  linkedEtag?: string;
  etag?: string;
  /** Closes the connection after so many bytes of a body; one number for each request, then no more. */
  cuts?: number[];
  /** The first answer is a redirect to another path, as on the hub. */
  redirect?: boolean;
  /** Bytes go out in pieces of this size, a few milliseconds apart. */
  slowPiece?: number;
  /** Sends everything whatever the range. */
  ignoresRange?: boolean;
  /** Announced as the body's length, whatever is sent. */
  announcedLength?: number;
  /** Sends headers and then nothing more. */
  stalls?: boolean;
}

/** Stands in for the model hub on this machine. */
export class FileServer {
  readonly requests: { path: string; range: string | undefined }[] = [];

  private constructor(
    private readonly server: Server,
    readonly file: ServedFile,
  ) {
    server.on("request", (request: IncomingMessage, response: ServerResponse) => this.answer(request, response));
  }

  static async start(file: ServedFile): Promise<FileServer> {
    const server = createServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return new FileServer(server, file);
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, "close");
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const path = request.url ?? "";
    this.requests.push({ path, range: request.headers.range });
    const { linkedEtag, redirect, status } = this.file;
    if (linkedEtag !== undefined && !path.startsWith("/storage")) response.setHeader("x-linked-etag", `"${linkedEtag}"`);
    if (status !== undefined) return void response.writeHead(status).end("no");
    if (redirect && !path.startsWith("/storage")) return void response.writeHead(302, { location: "/storage/blob?signed=1" }).end();
    this.send(request, response);
  }

  private send(request: IncomingMessage, response: ServerResponse): void {
    const { content, etag, ignoresRange } = this.file;
    if (etag !== undefined) response.setHeader("etag", `"${etag}"`);
    const from = ignoresRange ? 0 : Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
    if (from >= content.length) return void response.writeHead(416, { "content-range": `bytes */${content.length}` }).end();
    response.setHeader("content-length", this.file.announcedLength ?? content.length - from);
    if (from > 0) response.writeHead(206, { "content-range": `bytes ${from}-${content.length - 1}/${content.length}` });
    const cut = this.file.cuts?.shift();
    void this.write(response, content.subarray(from, cut === undefined ? undefined : from + cut), cut === undefined);
  }

  private async write(response: ServerResponse, body: Buffer, whole: boolean): Promise<void> {
    if (this.file.stalls) {
      response.flushHeaders();
      return;
    }
    const piece = this.file.slowPiece ?? body.length;
    for (let at = 0; at < body.length && !response.destroyed; at += piece) {
      await new Promise((resolve) => response.write(body.subarray(at, at + piece), resolve));
      if (piece < body.length) await new Promise((resolve) => setTimeout(resolve, 3));
    }
    if (whole) response.end();
    else response.destroy();
  }
}
