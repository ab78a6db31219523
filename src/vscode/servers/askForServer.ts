import { ProgressLocation, window } from "vscode";
import { describeError, errorCode } from "../../common/errors";
import { language, t } from "../../common/l10n";
import type { ServerRole } from "../../engine/ports";
import { serverAddress } from "../../engine/remote/serverAddress";
import { type ServerModel, serverModels } from "./serverModels";
import { serverName } from "./serverName";

export interface AskDeps {
  readonly role: ServerRole;
  /** As it is set; empty: none is. */
  readonly current: string;
  /** The key that a server would be sent. */
  readonly keyOf: (url: string) => Promise<string | undefined>;
  readonly keep: (url: string, key: string) => Promise<void>;
}

/** A server that answers, with the model that was chosen of those it has. */
export interface ChosenServer {
  readonly url: string;
  readonly model: string;
}

/** Asks for a server's URL until one answers, for its key where it wants one, and which of its models to use. Undefined: the person left. */
export async function askForServer(deps: AskDeps): Promise<ChosenServer | undefined> {
  let failed: { readonly text: string; readonly problem: string } | undefined;
  for (;;) {
    const text = await askUrl(deps, failed);
    if (text === undefined) return undefined;
    const url = serverAddress(text.trim()).base;
    try {
      const models = await modelsWithKey(url, deps);
      return models && (await pickModel(url, models));
    } catch (error) {
      failed = { text, problem: describeError(error) };
    }
  }
}

/** After a failure it says what was wrong, and the same can be tried again. */
function askUrl({ role, current }: AskDeps, failed: { readonly text: string; readonly problem: string } | undefined): Thenable<string | undefined> {
  return window.showInputBox({
    title: role === "chat" ? t("Use a Server That Answers") : t("Use a Server for Search by Meaning"),
    prompt: failed?.problem ?? t("Base URL of llama-server, vLLM, Ollama, LM Studio, hearth serve, or any server with OpenAI's HTTP API."),
    placeHolder: "http://gpu-box:8080/v1",
    value: failed?.text ?? current,
    ignoreFocusOut: true,
    validateInput: urlProblem,
  }).then((text) => (text?.trim() === "" ? undefined : text));
}

/** What is wrong with a URL that is being typed, in words; undefined: nothing, or nothing yet. */
function urlProblem(text: string): string | undefined {
  if (text.trim() === "") return undefined;
  try {
    serverAddress(text.trim());
    return undefined;
  } catch (error) {
    return describeError(error);
  }
}

/** Undefined: the server wants a key, and none was given. */
async function modelsWithKey(url: string, deps: AskDeps): Promise<readonly ServerModel[] | undefined> {
  try {
    return await listWithProgress(url, await deps.keyOf(url));
  } catch (error) {
    if (errorCode(error) !== "server-refused") throw error;
    const key = await askKey(url, describeError(error));
    if (key === undefined) return undefined;
    const models = await listWithProgress(url, key);
    await deps.keep(url, key);
    return models;
  }
}

function listWithProgress(url: string, key: string | undefined): Thenable<readonly ServerModel[]> {
  return window.withProgress({ location: ProgressLocation.Notification, title: t("Hearth: asking {0} for its models…", serverName(url)) }, () => serverModels(url, key));
}

/** Asks for a server's key, which is never shown. Undefined: none was given. */
export async function askKey(url: string, why = ""): Promise<string | undefined> {
  const key = await window.showInputBox({
    title: t("Key of {0}", serverName(url)),
    prompt: `${why} ${t("It is kept with your secrets, and sent to this server alone.")}`.trim(),
    password: true,
    ignoreFocusOut: true,
  });
  return key?.trim() || undefined;
}

async function pickModel(url: string, models: readonly ServerModel[]): Promise<ChosenServer | undefined> {
  const [first] = models;
  if (models.length <= 1) return { url, model: first?.id ?? "" };
  const items = models.map(({ id, contextSize }) => ({ label: id, description: contextSize === undefined ? "" : t("context of {0} tokens", contextSize.toLocaleString(language())) }));
  const chosen = await window.showQuickPick(items, { title: t("Select a Model of {0}", serverName(url)), ignoreFocusOut: true });
  return chosen && { url, model: chosen.label };
}
