import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import path from "node:path";
import { contributes } from "../../../../package.json";
import { root } from "../../../../scripts/lib/project.mjs";
import { commandIds } from "../../../../src/vscode/commandIds";
import { firstRun } from "../../../../src/vscode/walkthrough/firstRun";
import { FakeMemento, memoryLog } from "../fakes";

function rig({ hasModel = false, wants = false } = {}) {
  const seen = { offers: 0, opened: 0 };
  const { log, lines } = memoryLog();
  const deps = {
    memento: new FakeMemento(),
    hasModel: () => Promise.resolve(hasModel),
    offer: () => Promise.resolve((seen.offers++, wants)),
    open() {
      seen.opened++;
      return Promise.resolve();
    },
    log,
  };
  return { deps, seen, lines };
}

describe("the first run", () => {
  it("offers the first steps to a person without a model, once", async () => {
    const { deps, seen } = rig({ wants: true });
    await firstRun(deps);
    await firstRun(deps);
    assert.deepEqual(seen, { offers: 1, opened: 1 });
  });

  it("does not come back when it was dismissed", async () => {
    const { deps, seen } = rig();
    await firstRun(deps);
    await firstRun(deps);
    assert.deepEqual(seen, { offers: 1, opened: 0 });
  });

  it("says nothing to a person who has a model, then and later", async () => {
    const { deps, seen } = rig({ hasModel: true });
    await firstRun(deps);
    await firstRun({ ...deps, hasModel: () => Promise.resolve(false) });
    assert.deepEqual(seen, { offers: 0, opened: 0 });
  });

  it("disturbs nothing where it fails", async () => {
    const { deps, lines } = rig();
    await firstRun({ ...deps, offer: () => Promise.reject(new Error("no window")) });
    assert.match(lines.join(), /no window/);
  });
});

describe("the walkthrough of the manifest", () => {
  const [walkthrough] = contributes.walkthroughs;

  it("has pictures that are there, with words for them", () => {
    assert.ok(walkthrough && walkthrough.steps.length >= 6);
    for (const { id, media } of walkthrough.steps) {
      assert.ok(existsSync(path.join(root, media.svg)), `${id}: ${media.svg}`);
      assert.ok(media.altText.length > 10, id);
    }
  });

  it("names commands, settings and context keys that exist", () => {
    const settings = contributes.configuration.flatMap(({ properties }) => Object.keys(properties));
    const known = (kind: string, name: string) => {
      if (kind === "onCommand") return (commandIds as readonly string[]).includes(name);
      if (kind === "onSettingChanged") return settings.includes(name);
      return kind === "onContext" && name.startsWith("hearth.");
    };
    for (const { id, completionEvents } of walkthrough!.steps) {
      for (const event of completionEvents) {
        const [kind = "", name = ""] = event.split(/:(.*)/);
        assert.ok(known(kind, name), `${id}: ${event}`);
      }
    }
  });
});
