import { HearthError } from "../../common/errors";
import { t } from "../../common/l10n";

/** Where a server's routes stand. */
export interface ServerAddress {
  /** Of OpenAI's routes, such as "http://gpu-box:8080/v1"; no slash at the end. */
  readonly base: string;
  /** Of the server's own routes, such as "http://gpu-box:8080". */
  readonly root: string;
  /** With its port, for messages. */
  readonly host: string;
}

/** Reads the address of a setting; one without a path gets "/v1". Throws "bad-setting", and repeats nothing that may be a key. */
export function serverAddress(url: string): ServerAddress {
  if (!URL.canParse(url) || !/^https?:/i.test(url)) throw badAddress(t("The address of a server does not begin with http:// or https://."));
  const { origin, pathname, host, username, password, search } = new URL(url);
  if (username !== "" || password !== "" || search !== "") throw badAddress(t("The address of a server holds a password or a key."), t("Keep the key apart from the address: in the editor by the command that sets the server's key, in a terminal in HEARTH_API_KEY."));
  const path = pathname.replace(/\/+$/, "");
  const base = origin + (path === "" ? "/v1" : path);
  return { base, root: base.replace(/\/v\d+$/, ""), host };
}

function badAddress(message: string, remedy = t("Give one such as http://gpu-box:8080/v1.")): HearthError {
  return new HearthError("bad-setting", message, { remedy });
}
