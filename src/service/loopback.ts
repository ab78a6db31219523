import { isIPv4 } from "node:net";

/** Whether a host name or address can only be reached from this machine. */
export function isLoopback(host: string): boolean {
  const name = host.replace(/^\[(.*)\]$/, "$1").toLowerCase();
  return name === "localhost" || name === "::1" || (isIPv4(name) && name.startsWith("127."));
}

/**
 * Whether a request names this machine as its host. A web page that has pointed its own name at 127.0.0.1 (DNS
 * rebinding) names its own host, and is refused by that.
 */
export function namesLoopback(hostHeader: string | undefined): boolean {
  return hostHeader !== undefined && isLoopback(hostHeader.replace(/:\d+$/, ""));
}
