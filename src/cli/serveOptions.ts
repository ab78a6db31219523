import { type Command, InvalidArgumentError, Option } from "commander";
import { parseNumber } from "../chat/generationParameters";
import { describeError } from "../common/errors";
import { parseOrigin } from "../service/access";
import { defaultBodyLimit } from "../service/createService";
import { queueDefaults } from "../service/fairQueue";

/** What was given to `hearth serve`, with the defaults filled in. */
export interface ServeFlags {
  /** 0: any free one. */
  readonly port: number;
  readonly host: string;
  /** Undefined: $HEARTH_TOKEN, if it is set. */
  readonly token?: string;
  readonly cors?: readonly string[];
  /** MiB. */
  readonly bodyLimit: number;
  readonly maxQueue: number;
  /** Seconds. */
  readonly maxWait: number;
  /** Seconds. */
  readonly grace: number;
}

const mebibyte = 1024 * 1024;

export function addServeOptions(command: Command): Command {
  for (const option of serveOptions()) command.addOption(option.helpGroup("Service:"));
  return command;
}

function serveOptions(): readonly Option[] {
  const { maxWaiting, maxWaitMs } = queueDefaults;
  return [
    numbered("--port <n>", "port; 0: any free one", 8091, 0, 65_535),
    new Option("--host <address>", "address to listen on; one that other machines can reach needs a token").default("127.0.0.1"),
    new Option("--token <text>", "clients have to send it as a bearer token (default: $HEARTH_TOKEN, which the list of processes does not show)"),
    new Option("--cors <origin...>", 'web pages that may ask, such as http://localhost:3000; "*" is any').argParser(collectOrigins),
    numbered("--body-limit <MiB>", "largest request", defaultBodyLimit / mebibyte, 1, 1024),
    numbered("--max-queue <n>", "most requests that wait for their turn", maxWaiting, 0, 10_000),
    numbered("--max-wait <s>", "longest that a request waits for its turn", maxWaitMs / 1000, 1, 3600),
    numbered("--grace <s>", "how long running answers may go on after Ctrl+C; a second one ends them", 30, 0, 3600),
  ];
}

function numbered(flags: string, description: string, value: number, minimum: number, maximum: number): Option {
  return new Option(flags, description).default(value).argParser((text) => {
    const given = parseNumber({ integer: true, minimum, maximum }, text);
    if (given !== undefined) return given;
    throw new InvalidArgumentError(`Give a whole number from ${minimum} to ${maximum}.`);
  });
}

function collectOrigins(text: string, earlier: readonly string[] | undefined): readonly string[] {
  try {
    return [...(earlier ?? []), parseOrigin(text)];
  } catch (error) {
    throw new InvalidArgumentError(describeError(error));
  }
}
