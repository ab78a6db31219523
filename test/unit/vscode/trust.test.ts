import assert from "node:assert/strict";
import { capabilities, contributes } from "../../../package.json";

interface Property {
  readonly type: string | readonly string[];
  readonly scope: string;
  readonly enum?: readonly unknown[];
  readonly items?: unknown;
}

/** Lists of patterns and of names that lead nowhere outside the workspace. */
const harmless = new Set(["hearth.index.exclude"]);

describe("settings of a workspace that is not trusted", () => {
  const restricted: readonly string[] = capabilities.untrustedWorkspaces.restrictedConfigurations;
  const properties = contributes.configuration.flatMap((section) => Object.entries(section.properties) as unknown as [string, Property][]);
  const isFreeText = ({ type, enum: choices }: Property) => choices === undefined && [type].flat().some((one) => one === "string" || one === "array" || one === "object");

  for (const [key, property] of properties.filter(([name, one]) => isFreeText(one) && !harmless.has(name))) {
    it(`leave ${key} to the person`, () => assert.ok(property.scope === "machine" || property.scope === "application" || restricted.includes(key), `${key} is ${property.scope}`));
  }

  it("are named only where there are such settings", () => {
    const known = new Set(properties.map(([key]) => key));
    assert.deepEqual(restricted.filter((key) => !known.has(key)), []);
  });
});
