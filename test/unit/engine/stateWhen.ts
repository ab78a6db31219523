import type { Engine, EngineState } from "../../../src/engine/ports";

/** Resolves with the first state for which `wanted` holds, the present one included. */
export function stateWhen(engine: Engine, wanted: (state: EngineState) => boolean): Promise<EngineState> {
  if (wanted(engine.state)) return Promise.resolve(engine.state);
  return new Promise((resolve) => {
    const subscription = engine.onDidChangeState((state) => {
      if (!wanted(state)) return;
      subscription.dispose();
      resolve(state);
    });
  });
}
