import { byteSize } from "../../common/byteSize";
import type { EngineState } from "../../engine/ports";
import type { IndexStatus } from "../../rag/ports";
import { modelDevice } from "../deviceLabel";
import { modelLabel } from "../viewModel";
import type { LoggedError } from "./recentErrors";
import { redactedLine, shortPaths, withoutServers } from "./redact";
import { settingRows } from "./settingRows";

export interface ReportFacts {
  readonly versions: { readonly extension: string; readonly editor: string; readonly node: string; readonly library: string };
  readonly machine: { readonly platform: string; readonly cpu: string; readonly cores: number; readonly ramBytes: number; readonly freeRamBytes: number };
  /** "ui" or "workspace", and the kind of remote if any. */
  readonly place: string;
  readonly trusted: boolean;
  readonly model: EngineState;
  readonly embeddingModel: string;
  readonly index: IndexStatus;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly defaults: Readonly<Record<string, unknown>>;
  readonly errors: readonly LoggedError[];
  /** Absolute path of the person's home folder; empty: unknown. */
  readonly home: string;
  /** URLs of servers, whose machines the report does not name. */
  readonly servers: readonly string[];
}

/** What helps to find a fault, as Markdown. Nothing that was asked, answered or written in a file is in it. */
export function reportText(facts: ReportFacts): string {
  return withoutServers(textOf(facts), facts.servers);
}

function textOf(facts: ReportFacts): string {
  const { versions, machine, home } = facts;
  return [
    "# Hearth report",
    "This text holds no questions, no answers and no code. Look it over before you hand it on.",
    section("Versions", [`Hearth: ${versions.extension}`, `Editor: ${versions.editor}`, `Node: ${versions.node}`, `node-llama-cpp: ${versions.library}`]),
    section("Machine", [
      `Platform: ${machine.platform}`,
      `Processor: ${machine.cpu}, ${machine.cores} threads`,
      `Memory: ${byteSize(machine.ramBytes)}, ${byteSize(machine.freeRamBytes)} free`,
      `Extension host: ${facts.place}`,
      `Workspace: ${facts.trusted ? "trusted" : "restricted"}`,
    ]),
    section("Model", [...modelRows(facts.model, home), `Embedding model: ${facts.embeddingModel === "" ? "none" : modelLabel(facts.embeddingModel)}`]),
    section("Index", indexRows(facts.index, home)),
    section("Settings that differ from their defaults", settingRows(facts.settings, facts.defaults, home)),
    section("Last warnings and errors", facts.errors.map(({ at, level, message }) => `${new Date(at).toISOString()} ${level}: ${redactedLine(message, home)}`)),
    "",
  ].join("\n\n");
}

function section(title: string, rows: readonly string[]): string {
  return `## ${title}\n\n${rows.length === 0 ? "None." : rows.map((row) => `- ${row}`).join("\n")}`;
}

function modelRows(state: EngineState, home: string): readonly string[] {
  if (state.kind === "ready") {
    const { id, hash, format, contextSize, sequences, kvCacheType, loadMs, server } = state.info;
    return [
      `Model: ${modelLabel(id)} (hash ${hash.slice(0, 12)}), format ${format}`,
      `Device: ${server === undefined ? modelDevice(state.info) : "a server"}`,
      `Context: ${contextSize} tokens, ${sequences} conversations, KV cache ${kvCacheType}`,
      `Loaded in ${(loadMs / 1000).toFixed(1)} s`,
    ];
  }
  const name = `Model: ${shortPaths(modelLabel(state.model), home)}, ${state.kind}`;
  if (state.kind === "missing" || state.kind === "failed") return [name, `Error: ${redactedLine(firstLine(state.error.message), home)}`];
  return [name];
}

function indexRows(status: IndexStatus, home: string): readonly string[] {
  const state = `State: ${status.kind}`;
  if (status.kind === "failed") return [state, `Error: ${redactedLine(firstLine(status.error.message), home)}`];
  if (status.kind !== "ready" && status.kind !== "paused") return [state];
  const { files, chunks, embedded, skipped } = status.summary;
  const leftOut = Object.entries(skipped).map(([reason, count]) => `${reason} ${count}`);
  return [state, `Files: ${files}, chunks: ${chunks}, with vectors: ${embedded}`, `Left out: ${leftOut.length === 0 ? "none" : leftOut.join(", ")}`];
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0] ?? "";
}
