import type { FitReport, MemoryNeed, ModelReport } from "../engine/modelReports";
import type { ModelListing } from "../engine/ports";
import type { ModelRow } from "./events";
import { formatBytes, withoutControls } from "./plainText";
import { wrapWords } from "./screen/wrapText";
import type { Terminal } from "./terminal";

type Page = Pick<Terminal, "columns" | "style">;

/** Longer names stand on a line of their own. */
const widestName = 18;
const widestPage = 100;

/** A block for each model: the chosen one is marked, and each says whether its file is there and whether it fits. */
export function formatModels(rows: readonly ModelRow[], chosen: string, page: Page): string {
  const names = rows.map(({ model }) => model.id.length).filter((length) => length <= widestName);
  const width = Math.max(0, ...names) + 4;
  return rows.map((row) => modelBlock(row, row.model.id === chosen, width, page)).join("\n");
}

function modelBlock({ model, fit }: ModelRow, isChosen: boolean, indent: number, page: Page): string {
  const body = [
    ...paragraph(model.description, indent, page),
    ...paragraph(facts(model), indent, page),
    ...place(model, indent),
    ...(fit ? paragraph(fit.summary, indent, page).map((line) => page.style("out", isFit(fit) ? "dim" : "yellow", line)) : []),
  ];
  const name = page.style("out", "bold", withoutControls(model.id));
  const head = `${isChosen ? "*" : " "} ${name}`;
  const [first = "", ...others] = body;
  const fits = model.id.length + 4 <= indent;
  const lines = fits ? [`${head}${" ".repeat(indent - 2 - model.id.length)}${first.slice(indent)}`, ...others] : [head, ...body];
  return lines.map((line) => `${line}\n`).join("");
}

function facts({ role, contextLength, sizeBytes }: ModelListing): string {
  const context = contextLength > 0 ? [`${contextLength} tokens of context`] : [];
  return [`${role} model`, ...context, ...(sizeBytes === undefined ? [] : [formatBytes(sizeBytes)])].join(", ");
}

/** A path is not broken, so that it can be copied. */
function place({ id, file }: ModelListing, indent: number): readonly string[] {
  return [`${" ".repeat(indent)}${withoutControls(file ?? `not downloaded: hearth models download ${id}`)}`];
}

function paragraph(text: string, indent: number, { columns }: Page): readonly string[] {
  const width = Math.max(30, Math.min(columns, widestPage) - 1 - indent);
  return wrapWords(withoutControls(text), width).map((line) => `${" ".repeat(indent)}${line}`);
}

/** As asked for, layers that the machine chooses by itself aside. */
export function isFit({ verdict, setting }: FitReport): boolean {
  return verdict.kind === "fits" || (verdict.kind === "fitsWithLayers" && setting === undefined);
}

/** What a model needs, part by part, and the verdict. */
export function formatFit(report: FitReport, page: Page): string {
  const { model, contextSize, sequences, weights, kvCache, compute, embedding, total, free } = report;
  const rows: readonly (readonly [string, MemoryNeed])[] = [
    ["weights", weights],
    ["KV cache", kvCache],
    ["compute buffers", compute],
    ...(embedding ? [["embedding model", embedding] as const] : []),
    ["in all", total],
    ["can be used", free],
  ];
  const head = `${model}, ${contextSize} tokens of context${cappedNote(report)}, ${conversations(sequences)}`;
  const verdict = paragraph(report.summary, 0, page).map((line) => page.style("out", isFit(report) ? "bold" : "yellow", line));
  return lines([...paragraph(head, 0, page), "", ...needTable(rows, report.device !== "cpu"), "", ...verdict, ...settingLine(report)]);
}

function cappedNote({ askedContextSize }: FitReport): string {
  return askedContextSize === undefined ? "" : ` (${askedContextSize} were asked for, but the model was trained on no more)`;
}

function needTable(rows: readonly (readonly [string, MemoryNeed])[], hasGpu: boolean): readonly string[] {
  const cell = (text: string) => text.padStart(14);
  const head = hasGpu ? [`${"".padEnd(18)}${cell("memory")}${cell("GPU's memory")}`] : [];
  const size = (bytes: number) => cell(bytes < 1 ? "-" : formatBytes(bytes));
  return [...head, ...rows.map(([name, { ram, vram }]) => `  ${name.padEnd(16)}${size(ram)}${hasGpu ? size(vram) : ""}`)];
}

const optionNames = { contextSize: "--context-size", gpuLayers: "--gpu-layers", sequences: "--sequences", model: "--model" } as const;

function settingLine({ setting }: FitReport): readonly string[] {
  return setting ? [`Set ${optionNames[setting.key]} ${setting.value}, or hearth.${setting.key} in the editor.`] : [];
}

/** What a model file holds. */
export function formatInspection(report: ModelReport, page: Page): string {
  const { name, role, architecture, parameters, quantization, sizeBytes, layers, trainedContextSize, vocabularySize, tokenizer, template } = report;
  const facts: readonly (readonly [string, string])[] = [
    ["name", name || "(none)"],
    ["kind", role === "chat" ? "chat model" : "embedding model"],
    ["architecture", architecture],
    ["parameters", formatCount(parameters)],
    ["quantisation", quantization],
    ["size", formatBytes(sizeBytes)],
    ["layers", `${layers}, the output layer included`],
    ["context", trainedContextSize > 0 ? `${trainedContextSize} tokens, as trained` : "the file does not say"],
    ["vocabulary", `${vocabularySize} tokens (${tokenizer})`],
    ["chat template", template === undefined ? "none" : `${template.length} characters; --json prints it`],
    ["prompt format", [...(report.format ? [report.format] : []), report.formatReason].join(": ")],
  ];
  return lines([withoutControls(report.file), ...facts.flatMap(([key, value]) => fact(key, value, page)), "", ...memoryTable(report)]);
}

function fact(key: string, value: string, page: Page): readonly string[] {
  const [first = "", ...others] = paragraph(value, 18, page);
  return [`  ${key.padEnd(16)}${first.slice(18)}`, ...others];
}

function memoryTable({ memory, sequences }: ModelReport): readonly string[] {
  const hasGpu = memory.some(({ need }) => need.vram > 0);
  const cell = (text: string) => text.padStart(14);
  const head = `  context${cell("memory")}${hasGpu ? `${cell("GPU's memory")}${cell("GPU layers")}` : ""}  (${conversations(sequences)})`;
  const rows = memory.map(({ contextSize, need, gpuLayers, fits }) => {
    const gpu = hasGpu ? `${cell(formatBytes(need.vram))}${cell(String(gpuLayers))}` : "";
    return `  ${String(contextSize).padStart(7)}${cell(formatBytes(need.ram))}${gpu}${fits ? "" : "  does not fit now"}`;
  });
  return [head, ...rows];
}

function conversations(count: number): string {
  return count === 1 ? "1 conversation" : `${count} conversations at once`;
}

function formatCount(count: number): string {
  return count >= 1e9 ? `${(count / 1e9).toFixed(2)} billion` : `${(count / 1e6).toFixed(1)} million`;
}

function lines(all: readonly string[]): string {
  return all.map((line) => `${line}\n`).join("");
}
