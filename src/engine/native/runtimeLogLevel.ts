import type { LlamaLogLevel } from "node-llama-cpp";
import type { LogLevel } from "../../common/log";

/** Said at every load by files that work; of no use to the person. */
const noise = /control-looking token|not marked as EOG|n_ctx_seq|n_ctx_per_seq|special_eos_id|tokenizer configuration|Phi SWA is currently disabled/;

/** How loud a message of the library is in our log. */
export function runtimeLogLevel(level: LlamaLogLevel, message: string): LogLevel {
  const name: string = level;
  switch (name) {
    case "fatal":
    case "error":
      return "error";
    case "warn":
      return noise.test(message) ? "debug" : "warn";
    case "info":
      return "debug";
    default:
      return "trace";
  }
}
