import assert from "node:assert/strict";
import { isLoopback, namesLoopback } from "../../../src/service/loopback";

const hosts: readonly [host: string, expected: boolean][] = [
  ["127.0.0.1", true],
  ["127.1.2.3", true],
  ["::1", true],
  ["[::1]", true],
  ["LOCALHOST", true],
  ["0.0.0.0", false],
  ["::", false],
  ["192.168.1.2", false],
  ["127.0.0.1.evil.example", false],
  ["127.evil", false],
  ["", false],
];

describe("isLoopback", () => {
  for (const [host, expected] of hosts) it(`${host || "nothing"}: ${expected}`, () => assert.equal(isLoopback(host), expected));
});

describe("namesLoopback", () => {
  for (const [header, expected] of [["localhost:8091", true], ["[::1]:80", true], ["127.0.0.1", true], ["evil.example:80", false], [undefined, false]] as const) {
    it(`${header}: ${expected}`, () => assert.equal(namesLoopback(header), expected));
  }
});
