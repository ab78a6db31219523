import { type Dispatcher, EnvHttpProxyAgent, ProxyAgent } from "undici";
import { HearthError } from "../common/errors";
import { t } from "../common/l10n";

/**
 * Routes downloads: through the proxy that is named, else through that of the environment (`HTTPS_PROXY`, `HTTP_PROXY`,
 * `NO_PROXY`), else directly. Close it in the end. Throws "bad-setting" for what is no address.
 */
export function downloadRoute(proxy = ""): Dispatcher {
  if (proxy === "") return routeOfEnvironment();
  if (URL.canParse(proxy) && /^https?:/i.test(proxy)) return new ProxyAgent(proxy);
  throw new HearthError("bad-setting", t('The proxy for downloads is not an address: "{0}".', withoutPassword(proxy)), {
    remedy: t("Give one such as http://proxy.example:8080 in the setting models.proxy."),
  });
}

function routeOfEnvironment(): Dispatcher {
  try {
    return new EnvHttpProxyAgent();
  } catch (error) {
    throw new HearthError("bad-setting", t("The proxy that the environment names for downloads (HTTPS_PROXY or HTTP_PROXY) is not an address."), {
      remedy: t("Give one such as http://proxy.example:8080 there, or in the setting models.proxy."),
      cause: error,
    });
  }
}

/** The address may hold a password, which belongs in no message. */
function withoutPassword(proxy: string): string {
  return proxy.replace(/\/\/[^@/]*@/, "//…@");
}
