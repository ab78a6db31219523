import { type Dispatcher, EnvHttpProxyAgent, ProxyAgent } from "undici";
import { HearthError } from "../common/errors";

/**
 * Routes downloads: through the proxy that is named, else through that of the environment (`HTTPS_PROXY`, `HTTP_PROXY`,
 * `NO_PROXY`), else directly. Close it in the end. Throws "bad-setting" for what is no address.
 */
export function downloadRoute(proxy = ""): Dispatcher {
  if (proxy === "") return new EnvHttpProxyAgent();
  if (URL.canParse(proxy) && /^https?:/i.test(proxy)) return new ProxyAgent(proxy);
  throw new HearthError("bad-setting", `The proxy for downloads is not an address: "${withoutPassword(proxy)}".`, {
    remedy: "Give one such as http://proxy.example:8080.",
  });
}

/** The address may hold a password, which belongs in no message. */
function withoutPassword(proxy: string): string {
  return proxy.replace(/\/\/[^@/]*@/, "//…@");
}
