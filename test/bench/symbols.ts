// Measures how much processor time it takes to find definitions by name: `npm run bench:symbols -- [NAMES...]`, by default 100,000 and 200,000 made-up names.
import { SymbolTable } from "../../src/rag/symbolTable";
import { seeded } from "../fixtures/seeded";

const words = "parse line chunk index token model cache read write open close session config buffer socket error file path query score term find list node tree state event handler view panel command setting range text source symbol name rank graph map store load save merge split encode decode hash lock queue retry limit user message answer prompt context window sequence sample layer weight batch stream request response client server peer port host".split(" ");
const wanted = ["s", "se", "ses", "parse", "parseLine", "pl", "pLi", "sessionconf", "retreive", "settngs", "tokenCacheModl", "MODEL", "xqz", "openFileHandler", "handler", "zzzzzzzzzz", "sesionConfigBufer", "e", "read_w", "serverPort12"];
const rounds = 20;

function madeUpName(random: () => number): string {
  const parts = Array.from({ length: 1 + Math.floor(random() * 4) }, () => words[Math.floor(random() * words.length)] ?? "");
  const number = random() < 0.3 ? String(Math.floor(random() * 1000)) : "";
  const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);
  const style = random();
  if (style < 0.2) return parts.join("_") + number;
  return (style < 0.4 ? parts.map(capital) : [parts[0] ?? "", ...parts.slice(1).map(capital)]).join("") + number;
}

/** Milliseconds of processor time: on a busy machine the clock tells little. */
function timed(act: () => void): number {
  const before = process.cpuUsage();
  act();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

function measure(count: number): void {
  const random = seeded(1);
  const table = new SymbolTable();
  const filling = timed(() => {
    for (let chunk = 0; table.size < count; chunk++) table.add(madeUpName(random), chunk);
  });
  const first = timed(() => table.search("parse", 50));
  const change = timed(() => {
    table.add("somethingNewHere", 1);
    table.search("somethingNew", 50);
  });
  const times = wanted.flatMap((text) => Array.from({ length: rounds }, () => ({ text, took: timed(() => table.search(text, 50)) })));
  times.sort((a, b) => a.took - b.took);
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))];
  const show = (value: number | undefined) => `${(value ?? 0).toFixed(2)} ms`;
  console.log(`${table.size} names: filled in ${show(filling)}, first search (sorts) ${show(first)}, after one change ${show(change)}`);
  console.log(`  search p50 ${show(at(0.5)?.took)}, p95 ${show(at(0.95)?.took)}, slowest ${show(at(1)?.took)} (${at(1)?.text ?? ""})`);
}

const counts = process.argv.slice(2).map(Number).filter((count) => count > 0);
for (const count of counts.length > 0 ? counts : [100_000, 200_000]) measure(count);
