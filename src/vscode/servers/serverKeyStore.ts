import type { Memento, SecretStorage } from "vscode";
import { originOf } from "./serverName";

const secretOf = (origin: string) => `hearth.serverKey ${origin}`;
const originsKey = "hearth.serverKeyOrigins";

/** Keys of servers, each for its origin (scheme, host and port): a URL that is changed to another host takes no key there. */
export class ServerKeyStore {
  readonly #secrets: Pick<SecretStorage, "get" | "store" | "delete">;
  readonly #memento: Pick<Memento, "get" | "update">;

  /** @param memento the extension's state for all workspaces; it keeps which servers have keys, never a key */
  constructor(secrets: Pick<SecretStorage, "get" | "store" | "delete">, memento: Pick<Memento, "get" | "update">) {
    this.#secrets = secrets;
    this.#memento = memento;
  }

  /** Origins of the servers that have a key. */
  get origins(): readonly string[] {
    return this.#memento.get<readonly string[]>(originsKey) ?? [];
  }

  /** The key of the server at a URL; undefined: it has none. */
  async of(url: string): Promise<string | undefined> {
    return url === "" ? undefined : this.#secrets.get(secretOf(originOf(url)));
  }

  async set(url: string, key: string): Promise<void> {
    const origin = originOf(url);
    await this.#secrets.store(secretOf(origin), key);
    await this.#memento.update(originsKey, [...new Set([...this.origins, origin])].sort());
  }

  async forget(origin: string): Promise<void> {
    await this.#secrets.delete(secretOf(origin));
    await this.#memento.update(originsKey, this.origins.filter((one) => one !== origin));
  }
}
