const output = ["--json", "--quiet", "--verbose"];
const embedding = ["--embedding-model", "--model-dir", "--threads", "--gpu-layers", "--embedding-endpoint", "--silence-timeout"];

/** What a command uses of the options that all commands take; the others do nothing there. Not listed: it uses all of them. */
const used: Readonly<Record<string, readonly string[]>> = {
  index: ["--workspace", ...embedding, ...output],
  search: ["--workspace", ...embedding, ...output],
  map: ["--workspace", ...output],
  models: [
    ...["--model", "--model-dir", "--embedding-model", "--context-size", "--threads", "--gpu-layers", "--kv-cache-type", "--flash-attention"],
    ...["--download-endpoint", "--proxy", ...output],
  ],
};

/** Whether an option of all commands does something in this one; its help shows no other. */
export function isRelevant(command: string, option: string | undefined): boolean {
  const own = used[command];
  return own === undefined || (option !== undefined && own.includes(option));
}
