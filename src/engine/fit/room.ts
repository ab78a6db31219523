import type { MemoryNeed } from "../modelReports";
import type { MachineMemory, MemoryState } from "../runtime";

/** What models may take of a machine's memory. */
export interface Room extends MemoryNeed {
  readonly unified: boolean;
  readonly device: string;
}

/** Left to everything else: a share of the memory, within bounds. Without it the first busy minute would swap or fail. */
const reserve = { share: 0.05, least: 256e6, most: 1e9 } as const;

export function roomIn({ ram, vram, unified, device }: MachineMemory): Room {
  return { ram: withoutReserve(ram), vram: withoutReserve(vram), unified, device };
}

export function isRoomFor({ ram, vram }: MemoryNeed, room: Room): boolean {
  return vram <= room.vram && (room.unified ? ram + vram : ram) <= room.ram;
}

function withoutReserve({ free, total }: MemoryState): number {
  return Math.max(0, free - Math.min(reserve.most, Math.max(reserve.least, total * reserve.share)));
}
