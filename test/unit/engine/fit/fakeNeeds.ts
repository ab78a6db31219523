import type { ModelNeeds } from "../../../../src/engine/fit/needs";
import type { Room } from "../../../../src/engine/fit/room";

const million = 1e6;
export const gigabyte = 1e9;

/** 32 equal layers and the output layer; 100 MB a layer, 1 MB of KV cache for 8 tokens, 200 MB of buffers. */
export function fakeNeeds(seen: number[] = []): ModelNeeds {
  return {
    layers: 33,
    needs({ contextSize, sequences, gpuLayers }) {
      seen.push(gpuLayers);
      const onGpu = gpuLayers / 33;
      const split = (bytes: number) => ({ ram: bytes * (1 - onGpu), vram: bytes * onGpu });
      const compute = 200 * million;
      return Promise.resolve({
        weights: split(3300 * million),
        kvCache: split((contextSize * sequences * million) / 8),
        compute: gpuLayers > 0 ? { ram: 0, vram: compute } : { ram: compute, vram: 0 },
      });
    },
  };
}

/** In GB. */
export function cpu(ram: number): Room {
  return { ram: ram * gigabyte, vram: 0, unified: false, device: "cpu" };
}

export function gpu(ram: number, vram: number): Room {
  return { ram: ram * gigabyte, vram: vram * gigabyte, unified: false, device: "cuda" };
}

export function unified(ram: number, vram: number): Room {
  return { ram: ram * gigabyte, vram: vram * gigabyte, unified: true, device: "metal" };
}
