import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { moveTexts, problemsOf, readTexts, textPlaces, withTexts } from "../../../scripts/nls.mjs";
import { readManifest, root } from "../../../scripts/lib/project.mjs";

const manifest = () => ({
  displayName: "Example: it helps",
  contributes: {
    commands: [{ command: "hearth.newChat", category: "Hearth", title: "New Chat" }],
    configuration: [
      { title: "Model", order: 1, properties: { "hearth.sampler": { markdownDescription: "How.", enum: [null, "greedy"], enumDescriptions: ["Default.", "Greedy."] } } },
    ],
    walkthroughs: [{ id: "start", title: "First", steps: [{ id: "model", title: "Choose", media: { altText: "A list" } }] }],
  },
});

describe("the manifest's texts", () => {
  it("move to keys that say where they stand, and come back", () => {
    const given = manifest();
    const texts = moveTexts(given, {});
    assert.deepEqual(texts, {
      displayName: "Example: it helps",
      "command.newChat.title": "New Chat",
      "walkthrough.start.title": "First",
      "walkthrough.start.model.title": "Choose",
      "walkthrough.start.model.altText": "A list",
      "section.1.title": "Model",
      "setting.sampler.markdownDescription": "How.",
      "setting.sampler.default": "Default.",
      "setting.sampler.greedy": "Greedy.",
    });
    assert.equal(given.contributes.commands[0]?.title, "%command.newChat.title%");
    assert.equal(given.contributes.commands[0].category, "Hearth");
    assert.deepEqual(withTexts(given, texts), manifest());
    assert.deepEqual(moveTexts(given, { ...texts, old: "Gone" }), texts, "a second time changes nothing, and drops what is unused");
  });

  it("are looked over: what is written out, missing, unused or untranslated is named", () => {
    const given = manifest();
    const texts = moveTexts(given, {});
    given.contributes.commands.push({ command: "hearth.other", category: "Hearth", title: "Other" });
    const fewer = Object.fromEntries(Object.entries({ ...texts, old: "Gone" }).filter(([key]) => key !== "section.1.title"));
    const problems = problemsOf(given, fewer, { "package.nls.xx.json": { ...texts, displayName: "" } });
    assert.deepEqual(problems, [
      "package.json has the text of command.other.title written out.",
      "package.nls.json lacks section.1.title.",
      "package.nls.json has old, which nothing uses.",
      "package.nls.xx.json lacks displayName.",
    ]);
  });
});

describe("this extension's manifest", () => {
  const languages = readdirSync(root).filter((name) => /^package\.nls\.[\w-]+\.json$/.test(name));
  const own = readManifest() as Record<string, unknown>;
  const read = (name: string) => readTexts(path.join(root, name));

  it("has every text under a key, in each language", () => {
    assert.ok(languages.includes("package.nls.de.json"));
    assert.deepEqual(problemsOf(own, readTexts(), Object.fromEntries(languages.map((name) => [name, read(name)]))), []);
  });

  it("is the same in each language where that counts: commands that are linked, and what is written as code", () => {
    const marks = (text: string) => [...text.matchAll(/\(command:[^)]*\)|`[^`]*`/g)].map(([mark]) => mark).sort();
    const texts = readTexts();
    for (const name of languages) {
      const translated = read(name);
      for (const [key, text] of Object.entries(texts)) {
        const given = new Set(marks(text));
        // A translation may name a setting's value where the English has a word for it.
        for (const mark of given) assert.ok(marks(translated[key] ?? "").includes(mark), `${name}, ${key}: ${mark}`);
      }
    }
  });

  it("leaves only the product's name written out", () => {
    const named = textPlaces(own).map(({ holder, name }) => holder[name] as string);
    assert.ok(named.length > 100 && named.every((text) => text.startsWith("%")));
    assert.match(readFileSync(path.join(root, "package.json"), "utf8"), /"category": "Hearth"/);
  });
});
