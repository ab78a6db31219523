import type { ContextMemory } from "../modelReports";
import { longestEmbeddingInput } from "../native/contextDefaults";
import type { EngineConfig } from "../ports";
import type { ModelInsights } from "../runtime";
import { askedLayers, type FitQuestion } from "./decideFit";
import { bestEmbeddingPlace } from "./embeddingNeed";
import { nothing } from "./needs";
import { placeLayers } from "./placeLayers";
import { isRoomFor, type Room } from "./room";

const leastContext = 512;
/** For a file that does not name its trained size. */
const unknownTrainedSize = 32_768;

/** What a chat model takes with contexts from 512 tokens to the trained size, each twice the one before, and the configured one. */
export async function contextMemory(question: Omit<FitQuestion, "beside">, trained: number): Promise<readonly ContextMemory[]> {
  const { wish } = question;
  const rows: ContextMemory[] = [];
  for (const contextSize of contextSizes(trained || unknownTrainedSize, wish.contextSize)) {
    const whole = { ...question, beside: nothing };
    const { gpuLayers, total, fits } = await placeLayers(whole, { ...wish, contextSize }, askedLayers(whole));
    rows.push({ contextSize, gpuLayers, need: total, fits });
  }
  return rows;
}

/** An embedding model's context is as large as its longest input. */
export async function embeddingMemory(insights: ModelInsights, room: Room, config: Pick<EngineConfig, "gpuLayers">): Promise<ContextMemory> {
  const { need, gpuLayers } = await bestEmbeddingPlace(insights, room, config);
  const contextSize = Math.min(longestEmbeddingInput, insights.trainedContextSize || longestEmbeddingInput);
  return { contextSize, gpuLayers, need, fits: isRoomFor(need, room) };
}

function contextSizes(trained: number, configured: number): readonly number[] {
  const sizes = new Set([trained, Math.min(trained, configured)]);
  for (let size = leastContext; size < trained; size *= 2) sizes.add(size);
  return [...sizes].sort((a, b) => a - b);
}
