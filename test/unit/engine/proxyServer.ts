import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import type { Duplex } from "node:stream";

/** Stands in for a proxy: it opens tunnels (CONNECT) and remembers where to. */
export class ProxyServer {
  readonly tunnels: string[] = [];
  readonly #sockets = new Set<Duplex>();

  private constructor(private readonly server: Server) {
    server.on("connect", (request: IncomingMessage, socket: Duplex) => this.#tunnel(request.url ?? "", socket));
  }

  static async start(): Promise<ProxyServer> {
    const server = createServer((_, response) => response.writeHead(405).end());
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return new ProxyServer(server);
  }

  get address(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.server.close();
    await once(this.server, "close");
  }

  #tunnel(target: string, socket: Duplex): void {
    this.tunnels.push(target);
    const [host = "", port] = target.split(":");
    const through: Socket = connect(Number(port), host, () => {
      socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      through.pipe(socket).pipe(through);
    });
    for (const end of [socket, through]) {
      this.#sockets.add(end);
      end.on("error", () => void socket.destroy());
    }
  }
}
