import assert from "node:assert/strict";
import path from "node:path";
import { findChromium } from "../../../scripts/lib/chromium.mjs";

const PATH = ["/usr/local/bin", "/usr/bin"].join(path.delimiter);
const at = (...files: string[]) => (file: string) => files.includes(file.replaceAll("\\", "/"));

describe("the browser of the tests", () => {
  it("is the one that CHROMIUM_EXECUTABLE names", () => {
    assert.equal(findChromium({ PATH, CHROMIUM_EXECUTABLE: "/opt/chrome" }, at("/opt/chrome", "/usr/bin/chromium")), "/opt/chrome");
  });

  it("is not replaced in silence when CHROMIUM_EXECUTABLE names nothing", () => {
    assert.throws(() => findChromium({ PATH, CHROMIUM_EXECUTABLE: "/opt/chrome" }, at("/usr/bin/chromium")), /CHROMIUM_EXECUTABLE names \/opt\/chrome/);
  });

  it("is found on PATH", () => {
    assert.equal(findChromium({ PATH }, at("/usr/bin/google-chrome")).replaceAll("\\", "/"), "/usr/bin/google-chrome");
  });

  it("is asked for, with the command that installs it", () => {
    assert.throws(() => findChromium({ PATH }, () => false), /apt-get install -y chromium/);
  });
});
