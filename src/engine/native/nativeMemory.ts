import type { Llama } from "node-llama-cpp";
import { freeRam, heldRam } from "../freeRam";
import type { MemoryNeed } from "../modelReports";
import type { MachineMemory } from "../runtime";

/**
 * What models may take on the processor and on the GPU that `llama` drives.
 * @param started every instance of the library, that one included: what they hold for models counts as free
 */
export async function nativeMemory(llama: Llama, started: readonly Llama[]): Promise<MachineMemory> {
  const held = await heldBy(started);
  const ram = await freeRam();
  const free = Math.min(ram.total, ram.free + (await heldRam(held.ram)));
  if (llama.gpu === false) return { ram: { ...ram, free }, vram: { free: 0, total: 0 }, unified: false, device: "cpu" };
  const vram = await llama.getVramState();
  return {
    ram: { ...ram, free },
    vram: { free: Math.min(vram.total, vram.free + held.vram), total: vram.total },
    unified: vram.unifiedSize > 0,
    device: llama.gpu,
  };
}

async function heldBy(started: readonly Llama[]): Promise<MemoryNeed> {
  const usages = await Promise.all(started.map((llama) => llama.getLlamaMemoryUsage()));
  return usages.reduce((sum, { cpuRam, gpuVram }) => ({ ram: sum.ram + cpuRam, vram: sum.vram + gpuVram }), { ram: 0, vram: 0 });
}
