import assert from "node:assert/strict";
import { setTranslations, t } from "../../../src/common/l10n";

describe("texts in the person's language", () => {
  afterEach(() => setTranslations({}));

  it("are English without a translation, with the values in their places", () => {
    assert.equal(t("{0} of {1} files"), "{0} of {1} files", "a place without a value stays, so that it is noticed");
    assert.equal(t("{0} of {1} files", 3, "12"), "3 of 12 files");
  });

  it("come from the bundle, which may change the order of the places", () => {
    setTranslations({ "{0} of {1} files": "von {1} Dateien {0}" });
    assert.equal(t("{0} of {1} files", 3, 12), "von 12 Dateien 3");
    assert.equal(t("Stop"), "Stop", "what is not translated");
  });

  it("do not mistake what every object has for a translation", () => {
    assert.equal(t("constructor"), "constructor");
  });

  it("are not filled in twice: a value may look like a place", () => {
    assert.equal(t("{0} and {1}", "{1}", "b"), "{1} and b");
  });
});
