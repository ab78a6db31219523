/** Instructions that are remembered. */
const most = 12;
const longest = 500;

/** Instructions that were used last, the newest first, each once. What was stored is not taken on trust. */
export function recallInstructions(stored: unknown): readonly string[] {
  if (!Array.isArray(stored)) return [];
  const texts = stored.filter((one): one is string => typeof one === "string").map((one) => one.trim().slice(0, longest));
  return [...new Set(texts.filter((one) => one !== ""))].slice(0, most);
}
