import assert from "node:assert/strict";
import { freeRam, heldRam, type MemorySource } from "../../../src/engine/freeRam";

const kB = 1024;
const meminfo = "MemTotal:       16000000 kB\nMemFree:          500000 kB\nMemAvailable:   12000000 kB\nBuffers:               0 kB\n";

function source(platform: string, files: Readonly<Record<string, string>>, commands: Readonly<Record<string, string>> = {}): MemorySource {
  const lookUp = (table: Readonly<Record<string, string>>) => (name: string) => Promise.resolve(table[name]);
  return { platform, read: lookUp(files), run: lookUp(commands), free: 111, total: 16_000_000 * kB };
}

describe("free memory", () => {
  it("on Linux is what the system says is available, not what lies idle", async () => {
    assert.deepEqual(await freeRam(source("linux", { "/proc/meminfo": meminfo })), { free: 12_000_000 * kB, total: 16_000_000 * kB });
  });

  const limited: readonly [what: string, files: Readonly<Record<string, string>>, free: number, total: number][] = [
    [
      "a container's limit, its file cache counted as free",
      {
        "/proc/self/cgroup": "0::/docker/abc\n",
        "/sys/fs/cgroup/memory.max": "4000000000\n",
        "/sys/fs/cgroup/memory.current": "3500000000\n",
        "/sys/fs/cgroup/memory.stat": "anon 500000000\ninactive_file 2000000000\nactive_file 500000000\n",
      },
      3e9,
      4e9,
    ],
    [
      "a limit of a group above",
      {
        "/proc/self/cgroup": "0::/user.slice/app\n",
        "/sys/fs/cgroup/user.slice/app/memory.max": "max\n",
        "/sys/fs/cgroup/user.slice/app/memory.current": "100\n",
        "/sys/fs/cgroup/user.slice/memory.max": "2000000000\n",
        "/sys/fs/cgroup/user.slice/memory.current": "1500000000\n",
      },
      0.5e9,
      2e9,
    ],
    [
      "the first version's limit",
      {
        "/proc/self/cgroup": "9:name=systemd:/\n4:memory:/job\n0::/\n",
        "/sys/fs/cgroup/memory/job/memory.limit_in_bytes": "3000000000\n",
        "/sys/fs/cgroup/memory/job/memory.usage_in_bytes": "1000000000\n",
        "/sys/fs/cgroup/memory/job/memory.stat": "cache 5\ntotal_inactive_file 100000000\ntotal_active_file 100000000\n",
      },
      2.2e9,
      3e9,
    ],
    [
      "a number that means no limit",
      { "/proc/self/cgroup": "4:memory:/\n", "/sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n", "/sys/fs/cgroup/memory/memory.usage_in_bytes": "5\n" },
      12_000_000 * kB,
      16_000_000 * kB,
    ],
    [
      "more used than allowed",
      { "/proc/self/cgroup": "0::/\n", "/sys/fs/cgroup/memory.max": "1000\n", "/sys/fs/cgroup/memory.current": "2000\n" },
      0,
      1000,
    ],
  ];
  for (const [what, files, free, total] of limited) {
    it(`heeds ${what}`, async () => {
      assert.deepEqual(await freeRam(source("linux", { "/proc/meminfo": meminfo, ...files })), { free, total });
    });
  }

  it("on macOS counts the pages that are given up at once", async () => {
    const output = "Mach Virtual Memory Statistics: (page size of 16384 bytes)\nPages free:            1000.\nPages active:          9999.\nPages inactive:         2000.\nPages speculative:       10.\nPages purgeable:          5.\n";
    assert.equal((await freeRam(source("darwin", {}, { vm_stat: output }))).free, 3015 * 16_384);
  });

  it("takes the system's plain number where nothing more is known", async () => {
    assert.deepEqual([(await freeRam(source("darwin", {}))).free, (await freeRam(source("win32", {}))).free, (await freeRam(source("linux", {}))).free], [111, 111, 111]);
  });

  it("of this machine is positive and not above the total", async () => {
    const { free, total } = await freeRam();
    assert.ok(free > 0 && free <= total, `${free} of ${total}`);
  });

  it("counts what this process holds for models, and nothing while it holds none", async () => {
    const held = source("linux", { "/proc/self/status": "VmRSS:\t 5000000 kB\nRssAnon:\t 2000000 kB\nRssFile:\t 3000000 kB\n" });
    assert.equal(await heldRam(0, held), 0);
    assert.equal(await heldRam(2.3e9, held), 2_000_000 * kB - 120e6);
  });
});
