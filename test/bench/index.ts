// Measures the index: `npm run bench:index -- [--folder FOLDER] [--only tree|vectors|tokens|scale] [--most CHUNKS]`. The
// tree of 20 MB and all vectors are made up from a seed. `scale` takes minutes and draws docs/index-scale.svg.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { runAsProbe } from "./index/loadProbe";
import { measureScale } from "./index/scaleReport";
import { measureTokens } from "./index/tokens";
import { measureTree } from "./index/tree";
import { measureVectors } from "./index/vectors";

const { values } = parseArgs({
  strict: false,
  options: { folder: { type: "string" }, only: { type: "string" }, most: { type: "string", default: "200000" } },
});

async function main(): Promise<void> {
  const scratch = mkdtempSync(path.join(os.tmpdir(), "hearth-bench-"));
  const parts: Readonly<Record<string, () => Promise<void>>> = {
    tree: () => measureTree(scratch, typeof values.folder === "string" ? path.resolve(values.folder) : undefined),
    vectors: () => measureVectors(scratch),
    tokens: () => measureTokens(scratch),
    scale: async () => {
      const { picture, table } = await measureScale(scratch, Number(values.most));
      mkdirSync("docs", { recursive: true });
      writeFileSync("docs/index-scale.svg", picture);
      console.log(table);
    },
  };
  try {
    for (const [name, measure] of Object.entries(parts)) if (values.only === undefined || values.only === name) await measure();
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

if (!(await runAsProbe())) await main();
