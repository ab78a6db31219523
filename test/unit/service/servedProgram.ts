import { type ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { testModel } from "../../fixtures/models";
import { BuiltProgram } from "../cli/builtProgram";

/** The built `hearth serve` as a process of its own, with small models of random weights, on a free port. */
export class ServedProgram {
  private constructor(
    readonly program: BuiltProgram,
    readonly process: ChildProcessWithoutNullStreams,
    /** Without a slash at the end. */
    readonly url: string,
    /** Paths of the models. */
    readonly models: { readonly chat: string; readonly embedding: string },
  ) {}

  static async start(args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Promise<ServedProgram> {
    const models = { chat: await testModel("phi3"), embedding: await testModel("bert") };
    const program = await BuiltProgram.create();
    const small = ["--gpu-layers", "0", "--threads", "1", "--context-size", "2048", "--no-context"];
    const child = program.start(["serve", "--port", "0", "--json", "--model", models.chat, "--embedding-model", models.embedding, ...small, ...args], env);
    child.stderr.resume();
    const url = await listening(child);
    return new ServedProgram(program, child, url, models);
  }

  /** Ends it as Ctrl+C does. */
  async stop(): Promise<void> {
    const ended = once(this.process, "close");
    this.process.kill("SIGINT");
    await ended;
    await this.program.remove();
  }
}

async function listening(child: ChildProcessWithoutNullStreams): Promise<string> {
  for await (const line of createInterface({ input: child.stdout })) {
    const row = JSON.parse(line) as { type: string; url?: string };
    if (row.type === "listening" && row.url !== undefined) return row.url.replace(/\/$/, "");
  }
  throw new Error("The service has ended before it listened.");
}
