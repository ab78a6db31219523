import assert from "node:assert/strict";
import { replaceBetweenMarkers, settingsTables } from "../../../scripts/docs.mjs";

describe("the README's settings", () => {
  it("are the manifest's, in its order, with default, choices and range", () => {
    const properties = {
      "x.size": { order: 2, default: 4, minimum: 1, maximum: 9, markdownDescription: "Size | width." },
      "x.kind": { order: 1, default: null, enum: [null, "a", "b"], markdownDescription: "Kind." },
      "x.globs": { order: 3, default: ["*.a", "*.b"], markdownDescription: "Globs." },
      "x.folders": { order: 4, default: [], markdownDescription: "Folders." },
      "x.file": { order: 5, default: "", markdownDescription: "File." },
      "hearth.seed": { order: 6, default: null, markdownDescription: "Seed." },
    };
    assert.equal(
      settingsTables({ contributes: { configuration: [{ title: "Part", properties }] } }),
      [
        "**Part**",
        "",
        "| Setting | Default | |",
        "|---|---|---|",
        "| `x.kind` | model's own | Kind. One of `a`, `b`. |",
        "| `x.size` | `4` | Size \\| width. Range: 1 to 9. |",
        "| `x.globs` | `*.a` `*.b` | Globs. |",
        "| `x.folders` | none | Folders. |",
        "| `x.file` | none | File. |",
        "| `hearth.seed` | a new one | Seed. |",
      ].join("\n"),
    );
  });

  it("replace what is between the markers and nothing else", () => {
    const begin = "<!-- settings:begin (made by `npm run docs` from package.json) -->";
    const readme = (content: string) => `before\n${begin}${content}<!-- settings:end -->\nafter\n`;
    assert.equal(replaceBetweenMarkers(readme("\nold\n"), "new"), readme("\n\nnew\n\n"));
    assert.throws(() => replaceBetweenMarkers("no markers", "new"), /lacks the markers/);
  });
});
