// Makes Ember, the model that Hearth brings along: `node scripts/ember.mjs data|gguf|quiz [OPTIONS]`. See tools/ember/README.md.
import { PlainError, runMain } from "./lib/progress.mjs";
import { runTool } from "./lib/runTool.mjs";

const tools = ["data", "gguf", "quiz"];

async function main() {
  const [name = "", ...options] = process.argv.slice(2);
  if (!tools.includes(name)) throw new PlainError(`Say what to do: node scripts/ember.mjs ${tools.join("|")}`);
  process.exitCode = await runTool(`tools/ember/${name}.ts`, `out/ember/${name}.mjs`, options);
}

await runMain(main);
