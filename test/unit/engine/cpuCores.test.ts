import assert from "node:assert/strict";
import { availableParallelism } from "node:os";
import { coresOfCpuInfo, physicalCores, threadsFor } from "../../../src/engine/cpuCores";

const processor = (id: number, socket: number, core: number) => `processor\t: ${id}\nphysical id\t: ${socket}\ncore id\t\t: ${core}\n`;

describe("physical cores", () => {
  const files: [name: string, cpuInfo: string, expected: number | undefined][] = [
    ["hyper-threads count once", [processor(0, 0, 0), processor(1, 0, 1), processor(2, 0, 0), processor(3, 0, 1)].join("\n"), 2],
    ["cores of two sockets count apart", [processor(0, 0, 0), processor(1, 1, 0)].join("\n"), 2],
    ["ARM has no core ids and no hyper-threads", "processor\t: 0\nCPU implementer\t: 0x41\n\nprocessor\t: 1\nCPU implementer\t: 0x41\n", 2],
    ["nothing is known without ids", "processor\t: 0\n\nprocessor\t: 1\n", undefined],
  ];
  for (const [name, cpuInfo, expected] of files) it(name, () => assert.equal(coresOfCpuInfo(cpuInfo), expected));

  it("are at least one and no more than this process may use", async () => {
    const cores = await physicalCores();
    assert.ok(cores >= 1 && cores <= availableParallelism());
  });

  it("bound the threads", () => assert.deepEqual([threadsFor(0, 4), threadsFor(2, 4), threadsFor(16, 4)], [4, 2, 4]));
});
