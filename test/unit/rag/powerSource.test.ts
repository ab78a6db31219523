import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import { type Log, silentLog } from "../../../src/common/log";
import { type PowerProbe, powerSource, type PowerSource, PowerWatch } from "../../../src/rag/powerSource";

/** Supplies as Linux shows them: by name, with the text of each file. */
type Supplies = Readonly<Record<string, Readonly<Record<string, string>>>>;

function linux(supplies: Supplies): PowerProbe {
  return {
    platform: "linux",
    list: () => Promise.resolve(Object.keys(supplies)),
    read: (file) => {
      const [name = "", key = ""] = file.split("/").slice(-2);
      return Promise.resolve(supplies[name]?.[key]);
    },
    run: () => Promise.reject(new Error("nothing is run")),
  };
}

function printing(platform: NodeJS.Platform, text: string): PowerProbe {
  return { platform, list: () => Promise.resolve([]), read: () => Promise.resolve(undefined), run: () => Promise.resolve(text) };
}

const battery = { type: "Battery\n", status: "Discharging\n" };

const cases: readonly [machine: string, probe: PowerProbe, expected: PowerSource][] = [
  ["a Linux laptop that is unplugged", linux({ AC: { type: "Mains\n", online: "0\n" }, BAT0: battery }), "battery"],
  ["a Linux laptop that is plugged in", linux({ AC: { type: "Mains\n", online: "1\n" }, BAT0: { ...battery, status: "Charging\n" } }), "mains"],
  ["one that is charged by USB", linux({ usb: { type: "USB\n", online: "1\n" }, BAT0: { ...battery, status: "Full\n" } }), "mains"],
  ["one that draws from the battery while plugged in", linux({ AC: { type: "Mains\n", online: "1\n" }, BAT0: battery }), "mains"],
  ["a desktop", linux({}), "unknown"],
  ["a desktop whose mouse has a battery", linux({ mouse: { ...battery, scope: "Device\n" } }), "unknown"],
  ["a Mac that is unplugged", printing("darwin", "Now drawing from 'Battery Power'\n -InternalBattery-0 (id=1)\t71%; discharging\n"), "battery"],
  ["a Mac that is plugged in", printing("darwin", "Now drawing from 'AC Power'\n -InternalBattery-0 (id=1)\t98%; charged\n"), "mains"],
  ["a Mac that says something else", printing("darwin", ""), "unknown"],
  ["a Windows laptop that is unplugged", printing("win32", "1\r\n"), "battery"],
  ["a Windows laptop that is plugged in", printing("win32", "2\r\n"), "mains"],
  ["a Windows laptop with two batteries, one of them charging", printing("win32", "1\r\n6\r\n"), "mains"],
  ["a Windows desktop", printing("win32", ""), "unknown"],
  ["another system", printing("freebsd", "1"), "unknown"],
];

describe("power source", () => {
  for (const [machine, probe, expected] of cases) it(`of ${machine}: ${expected}`, async () => assert.equal(await powerSource(probe), expected));
});

describe("power watch", () => {
  /** A Mac whose plug can be pulled. */
  class Mac implements PowerProbe {
    readonly platform = "darwin";
    source = "Battery Power";
    looks = 0;
    failure: Error | undefined;
    readonly list = () => Promise.resolve([]);
    readonly read = () => Promise.resolve(undefined);

    run(): Promise<string> {
      this.looks++;
      return this.failure ? Promise.reject(this.failure) : Promise.resolve(`Now drawing from '${this.source}'`);
    }
  }

  function watch(probe: Mac, log: Log = silentLog): { told: PowerSource[]; power: PowerWatch } {
    const told: PowerSource[] = [];
    return { told, power: new PowerWatch({ probe, onChange: (source) => told.push(source), log, intervalMs: 5 }) };
  }

  async function eventually(isSo: () => boolean): Promise<void> {
    for (let tries = 0; tries < 400 && !isSo(); tries++) await delay(5);
    assert.ok(isSo());
  }

  it("knows after the start, and tells each change once", async () => {
    const mac = new Mac();
    const { told, power } = watch(mac);
    await power.start();
    assert.deepEqual(told, ["battery"]);
    await eventually(() => mac.looks > 3);
    mac.source = "AC Power";
    await eventually(() => told.length > 1);
    power.stop();
    assert.deepEqual(told, ["battery", "mains"]);
  });

  it("looks no more once it was stopped, and again after another start", async () => {
    const mac = new Mac();
    const { told, power } = watch(mac);
    await power.start();
    power.stop();
    const before = mac.looks;
    mac.source = "AC Power";
    await delay(40);
    assert.equal(mac.looks, before);
    await power.start();
    power.stop();
    assert.deepEqual(told, ["battery", "mains"]);
  });

  it("takes what cannot be told as no battery, and says so once", async () => {
    const mac = new Mac();
    mac.failure = new Error("no pmset");
    const said: string[] = [];
    const { told, power } = watch(mac, { write: (_, message) => said.push(message) });
    await power.start();
    await eventually(() => mac.looks > 3);
    power.stop();
    assert.deepEqual([told, said.length], [[], 1]);
    assert.match(said[0] ?? "", /no pmset/);
  });
});
