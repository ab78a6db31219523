import assert from "node:assert/strict";
import { HearthError } from "../../../src/common/errors";
import { assertGuarded, parseOrigin } from "../../../src/service/access";

const long = "0123456789abcdef";

describe("assertGuarded", () => {
  const rules: readonly [name: string, host: string, token: string | undefined, origins: readonly string[], allowed: boolean][] = [
    ["this machine needs no token", "127.0.0.1", undefined, [], true],
    ["nor does a named web page on it", "localhost", undefined, ["http://localhost:3000"], true],
    ["every web page does", "127.0.0.1", undefined, ["*"], false],
    ["a short token will do on this machine", "127.0.0.1", "short", [], true],
    ["other machines need a token", "0.0.0.0", undefined, [], false],
    ["a long one", "0.0.0.0", "short", [], false],
    ["and with it may ask", "0.0.0.0", long, ["*"], true],
    ["a token with a space cannot be sent", "127.0.0.1", "two words", [], false],
    ["nor can an empty one", "127.0.0.1", "", [], false],
  ];
  for (const [name, host, token, origins, allowed] of rules) {
    it(name, () => {
      const check = () => assertGuarded(host, { token, origins });
      if (allowed) check();
      else assert.throws(check, (error: unknown) => error instanceof HearthError && error.code === "bad-use" && error.remedy !== undefined);
    });
  }
});

describe("parseOrigin", () => {
  const good: readonly [text: string, expected: string][] = [
    ["http://localhost:3000", "http://localhost:3000"],
    ["HTTPS://Team.Example/", "https://team.example"],
    ["chrome-extension://abcdef", "chrome-extension://abcdef"],
    ["*", "*"],
  ];
  for (const [text, expected] of good) it(text, () => assert.equal(parseOrigin(text), expected));
  for (const text of ["localhost:3000", "http://a/b", "http://", "null", "http://a b", "", "http://u@a", "http://a,http://b"]) {
    it(`refuses "${text}"`, () => assert.throws(() => parseOrigin(text), (error: unknown) => error instanceof HearthError && error.code === "bad-use"));
  }
});
