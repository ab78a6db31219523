import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { describeError } from "../common/errors";
import type { Log } from "../common/log";

/** "unknown" where there is no battery, and where it cannot be told. */
export type PowerSource = "battery" | "mains" | "unknown";

/** What is asked of the machine; fakes take its place in tests. */
export interface PowerProbe {
  readonly platform: NodeJS.Platform;
  /** Names in a folder; none when it is not there. */
  list(folder: string): Promise<readonly string[]>;
  /** Undefined when the file cannot be read. */
  read(file: string): Promise<string | undefined>;
  /** What a program prints. */
  run(program: string, args: readonly string[]): Promise<string>;
}

const systemPower: PowerProbe = {
  platform: process.platform,
  list: (folder) => readdir(folder).catch(() => []),
  read: (file) => readFile(file, "utf8").catch(() => undefined),
  run: async (program, args) => (await promisify(execFile)(program, args, { timeout: 20_000, windowsHide: true })).stdout,
};

/** What the machine runs on now. Rejects when the program that knows cannot be run. */
export function powerSource(probe: PowerProbe): Promise<PowerSource> {
  if (probe.platform === "linux") return linuxSource(probe);
  if (probe.platform === "darwin") return macSource(probe);
  return probe.platform === "win32" ? windowsSource(probe) : Promise.resolve("unknown");
}

const supplies = "/sys/class/power_supply";

/** https://docs.kernel.org/power/power_supply_class.html; a mouse's battery has the scope "Device". */
async function linuxSource(probe: PowerProbe): Promise<PowerSource> {
  const names = await probe.list(supplies);
  const found = await Promise.all(
    names.map(async (name) => {
      const field = async (key: string) => (await probe.read(path.posix.join(supplies, name, key)))?.trim();
      return { type: await field("type"), scope: await field("scope"), online: await field("online"), status: await field("status") };
    }),
  );
  if (found.some(({ type, online }) => (type === "Mains" || type === "USB") && online === "1")) return "mains";
  const drained = found.some(({ type, scope, status }) => type === "Battery" && scope !== "Device" && status === "Discharging");
  return drained ? "battery" : "unknown";
}

/** The first line says: Now drawing from 'Battery Power'. */
async function macSource(probe: PowerProbe): Promise<PowerSource> {
  const text = await probe.run("pmset", ["-g", "batt"]);
  if (text.includes("'Battery Power'")) return "battery";
  return text.includes("'AC Power'") ? "mains" : "unknown";
}

/** BatteryStatus of Win32_Battery: 1 while it is drained, another number else; nothing where there is none. */
async function windowsSource(probe: PowerProbe): Promise<PowerSource> {
  const command = "(Get-CimInstance -ClassName Win32_Battery).BatteryStatus";
  const states = (await probe.run("powershell.exe", ["-NoProfile", "-NonInteractive", "-Command", command])).match(/\d+/g) ?? [];
  if (states.length === 0) return "unknown";
  return states.every((state) => state === "1") ? "battery" : "mains";
}

export interface PowerWatchDeps {
  readonly probe: PowerProbe;
  readonly onChange: (source: PowerSource) => void;
  readonly log: Log;
  /** Milliseconds. Default: 30,000; 120,000 on Windows, where every look starts a program of some weight. */
  readonly intervalMs?: number;
}

/** Looks from time to time what the machine runs on, from `start` to `stop`. */
export class PowerWatch {
  readonly #deps: PowerWatchDeps;
  #timer: NodeJS.Timeout | undefined;
  #source: PowerSource = "unknown";
  #failed = false;

  constructor(deps: PowerWatchDeps) {
    this.#deps = deps;
  }

  /** Resolves after the first look. */
  async start(): Promise<void> {
    if (this.#timer) return;
    const { probe, intervalMs = probe.platform === "win32" ? 120_000 : 30_000 } = this.#deps;
    this.#timer = setInterval(() => void this.#look(), intervalMs);
    this.#timer.unref();
    await this.#look();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  async #look(): Promise<void> {
    const { probe, onChange } = this.#deps;
    const source = await powerSource(probe).catch((error: unknown) => this.#unknown(error));
    if (source === this.#source || !this.#timer) return;
    this.#source = source;
    onChange(source);
  }

  /** Told once: it would be the same each time. */
  #unknown(error: unknown): PowerSource {
    if (!this.#failed) this.#deps.log.write("info", `Whether the machine runs on battery is not known: ${describeError(error)}`);
    this.#failed = true;
    return "unknown";
  }
}

/** Watches this machine. */
export function batteryWatch(onChange: (onBattery: boolean) => void, log: Log): PowerWatch {
  return new PowerWatch({ probe: systemPower, onChange: (source) => onChange(source === "battery"), log });
}
