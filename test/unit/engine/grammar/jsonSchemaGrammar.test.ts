import assert from "node:assert/strict";
import { getLlama, type Llama, LlamaLogLevel } from "node-llama-cpp";
import { HearthError } from "../../../../src/common/errors";
import { jsonSchemaGrammar } from "../../../../src/engine/grammar/jsonSchemaGrammar";
import type { JsonSchema } from "../../../../src/engine/ports";

/** llama.cpp's own reading of a grammar: whether it accepts a whole text. */
interface Acceptor {
  _testText(text: string): boolean;
}

type Case = readonly [name: string, schema: JsonSchema, accepted: readonly string[], refused: readonly string[]];

const object = (properties: object, required: readonly string[] = Object.keys(properties)) => ({ type: "object", properties, required, additionalProperties: false });

const long = (count: number) => `"${"x".repeat(count)}"`;

const cases: readonly Case[] = [
  ["any JSON", {}, ["1", '"a"', "null", "[1,2]", '{"a":{"b":[]}}', " [1, 2]"], ["", "nul", "01", "[1,]", '{"a"}', "1 2"]],
  ["any object", { type: "object" }, ["{}", '{"a": 1, "b": [true]}', "{\n  \"a\": 1\n}"], ["[]", "1", "{"]],
  ["a string", { type: "string" }, ['""', '"a\\"b"', '"\\u00e9"', '"ümläut 日本 😀"'], ["a", '"\n"', '"\\x"', '"\\ud800"', '"a']],
  ["string lengths", { type: "string", minLength: 2, maxLength: 4 }, ['"ab"', '"abcd"', '"😀😀"', '"\\n\\n"'], ['"a"', '"abcde"', '""']],
  ["a least length alone", { type: "string", minLength: 1 }, ['"a"', long(3000)], ['""']],
  ["a greatest length beyond what llama.cpp repeats", { type: "string", maxLength: 2500 }, ['""', long(999), long(1000), long(1001), long(2499), long(2500)], [long(2501)]],
  ["a least length beyond it", { type: "string", minLength: 1500, maxLength: 3000 }, [long(1500), long(2200), long(3000)], [long(1499), long(3001)]],
  ["an integer", { type: "integer" }, ["0", "-7", "123456"], ["1.0", "01", "-", "1e3", '"1"']],
  ["an integer in bounds", { type: "integer", minimum: 3, maximum: 127 }, ["3", "9", "10", "99", "100", "127"], ["2", "128", "-3", "1000", "03"]],
  ["an integer on both sides of zero", { type: "integer", minimum: -12, maximum: 5 }, ["-12", "-9", "-1", "0", "5"], ["-13", "6", "-0"]],
  ["negative integers", { type: "integer", exclusiveMaximum: 0, minimum: -250 }, ["-1", "-99", "-250"], ["0", "-251", "1"]],
  ["an integer with exclusive bounds", { type: "integer", exclusiveMinimum: 1.5, exclusiveMaximum: 4 }, ["2", "3"], ["1", "4"]],
  ["an integer from a bound on", { type: "integer", minimum: 95 }, ["95", "99", "100", "5000000"], ["94", "9", "0", "-95"]],
  ["the bounds of safe integers", { type: "integer", minimum: -9007199254740991, maximum: 9007199254740991 }, ["0", "9007199254740991", "-9007199254740991"], ["9007199254740992"]],
  ["a number", { type: "number" }, ["0", "-1.5", "2e10", "3.25E-2"], [".5", "1.", "+1"]],
  ["a number from 0 to 1", { type: "number", minimum: 0, maximum: 1 }, ["0", "0.5", "1", "1.0", "0.999"], ["1.1", "2", "-0.1", "1e1"]],
  ["a number between 0 and 1", { type: "number", exclusiveMinimum: 0, exclusiveMaximum: 1 }, ["0.5", "0.001"], ["0", "0.0", "1", "1.0"]],
  ["a number on both sides", { type: "number", minimum: -2, maximum: 2 }, ["-2", "-2.0", "-1.9", "0", "-0.5", "1.75", "2"], ["-2.1", "2.5", "3"]],
  ["a positive number", { type: "number", exclusiveMinimum: 0 }, ["0.1", "1", "250.75"], ["0", "0.00", "-1"]],
  ["a boolean or null", { type: ["boolean", "null"] }, ["true", "false", "null"], ["0", '"true"']],
  ["listed values", { enum: ["a", 1, null, { b: 2 }] }, ['"a"', "1", "null", '{"b":2}'], ['"b"', "2"]],
  ["listed values of a type", { type: "string", enum: ["a", 1] }, ['"a"'], ["1"]],
  ["one value", { const: 'say "hi"\n' }, ['"say \\"hi\\"\\n"'], ['"hi"']],
  ["an object", object({ name: { type: "string" }, age: { type: "integer" } }), ['{"name":"a","age":1}', '{ "name": "a",\n  "age": 1 }'], ['{"age":1,"name":"a"}', '{"name":"a"}', '{"name":"a","age":1,"x":2}']],
  ["properties that may be missing", object({ a: { const: 1 }, b: { const: 2 }, c: { const: 3 } }, ["b"]), ['{"b":2}', '{"a":1,"b":2}', '{"b":2,"c":3}', '{"a":1,"b":2,"c":3}'], ["{}", '{"a":1}', '{"a":1,"c":3}', '{,"b":2}']],
  ["properties of which none is needed", object({ a: { const: 1 }, b: { const: 2 } }, []), ["{}", '{"a":1}', '{"b":2}', '{"a":1,"b":2}'], ['{"a":1,}', '{"b":2,"a":1}']],
  ["a required property that is not listed", { type: "object", properties: {}, required: ["a"] }, ['{"a":[1]}'], ["{}"]],
  ["an object without properties", { type: "object", additionalProperties: false }, ["{}", "{ }"], ['{"a":1}']],
  ["a map", { type: "object", propertyNames: { type: "string" }, additionalProperties: { type: "integer" } }, ["{}", '{"a":1,"b":2}'], ['{"a":"b"}']],
  ["names with special characters", object({ 'a"b\\c': { type: "null" } }), ['{"a\\"b\\\\c":null}'], ["{}"]],
  ["a list", { type: "array", items: { type: "integer" } }, ["[]", "[1]", "[1, 2,3]"], ['["a"]', "[1,]"]],
  ["a list of a length", { type: "array", items: { type: "integer" }, minItems: 2, maxItems: 3 }, ["[1,2]", "[1,2,3]"], ["[1]", "[1,2,3,4]", "[]"]],
  ["a list of one at most", { type: "array", items: { type: "integer" }, maxItems: 1 }, ["[]", "[1]"], ["[1,2]"]],
  ["a list that is empty", { type: "array", maxItems: 0 }, ["[]"], ["[1]"]],
  ["a tuple", { type: "array", prefixItems: [{ type: "string" }, { type: "integer" }], items: false }, ['["a",1]'], ['["a"]', '["a",1,2]', '[1,"a"]']],
  ["a tuple of an older draft, with more items", { type: "array", items: [{ type: "string" }], additionalItems: { type: "integer" } }, ['["a"]', '["a",1,2]'], ["[]", '["a","b"]']],
  ["one of several", { anyOf: [{ type: "string" }, object({ a: { type: "null" } })] }, ['"x"', '{"a":null}'], ["1"]],
  ["one of several that exclude each other", { oneOf: [object({ kind: { const: "a" } }), object({ kind: { const: "b" }, x: { type: "integer" } })] }, ['{"kind":"a"}', '{"kind":"b","x":1}'], ['{"kind":"b"}', '{"kind":"a","x":1}']],
  ["a definition", { ...object({ p: { $ref: "#/$defs/point" } }), $defs: { point: object({ x: { type: "integer" } }) } }, ['{"p":{"x":1}}'], ['{"p":1}']],
  ["a schema within itself", { ...object({ value: { type: "integer" }, next: { anyOf: [{ $ref: "#" }, { type: "null" }] } }) }, ['{"value":1,"next":null}', '{"value":1,"next":{"value":2,"next":null}}'], ['{"value":1,"next":1}']],
  ["a date", { type: "string", format: "date" }, ['"2026-02-28"', '"1999-12-31"'], ['"2026-02-30"', '"2026-13-01"', '"26-01-01"']],
  ["a date with its time", { type: "string", format: "date-time" }, ['"2026-01-31T23:59:59Z"', '"2026-01-31T00:00:00.5+02:00"'], ['"2026-01-31 23:59:59Z"', '"2026-01-31T24:00:00Z"']],
  ["other formats", { anyOf: [{ type: "string", format: "uuid" }, { type: "string", format: "email" }, { type: "string", format: "ipv4" }] }, ['"123e4567-e89b-12d3-a456-426614174000"', '"a.b@example.org"', '"10.0.255.1"'], ['"10.0.256.1"', '"a@b"', '"123"']],
  ["a pattern", { type: "string", pattern: "^[a-z_][a-z0-9_]{0,3}$" }, ['"a"', '"ab_9"'], ['"9"', '"abcde"', '""']],
  ["a pattern without anchors", { type: "string", pattern: "ab+" }, ['"ab"', '"xxabbby"'], ['"a"', '"ba"']],
  ["a pattern with choices", { type: "string", pattern: "^(?:yes|no|\\d+%)$" }, ['"yes"', '"no"', '"15%"'], ['"maybe"', '"%"']],
  ["a pattern with what JSON escapes", { type: "string", pattern: '^["\\\\\\n]{2}[^a"]$' }, ['"\\"\\\\b"', '"\\n\\"\\\\"'], ['"\\"\\"a"', '"abc"']],
  ["what says nothing about a value", { title: "A", description: "B", default: 1, examples: [1], $comment: "c", "x-own": 1, type: "boolean", deprecated: true }, ["true"], ["1"]],
];

const refused: readonly [schema: JsonSchema, what: RegExp][] = [
  [{ type: "string", pattern: "(?=a)b" }, /"pattern" "\(\?=a\)b" at #\./],
  [{ type: "string", pattern: "^a$b" }, /"pattern"/],
  [{ type: "string", pattern: "\\bword\\b" }, /"pattern"/],
  [{ type: "string", format: "uri" }, /"format" "uri" at #/],
  [{ type: "string", minLength: -1 }, /"minLength"/],
  [{ type: "object", properties: { a: { type: "number", multipleOf: 0.1 } } }, /"multipleOf" at #\/properties\/a/],
  [{ type: "number", minimum: 0.5 }, /the bound 0\.5, which is no whole number/],
  [{ type: "integer", minimum: 5, maximum: 4 }, /bounds that no number lies between/],
  [{ type: "array", uniqueItems: true }, /"uniqueItems"/],
  [{ type: "array", contains: {} }, /"contains"/],
  [{ type: "object", minProperties: 1 }, /"minProperties"/],
  [{ type: "object", patternProperties: { "^x": {} } }, /"patternProperties"/],
  [{ not: { type: "string" } }, /"not" at #/],
  [{ if: {}, then: {} }, /"if"/],
  [{ allOf: [{ type: "object" }, { type: "object" }] }, /"allOf" of several/],
  [{ anyOf: [{ type: "string" }], minLength: 3 }, /"anyOf" beside "minLength"/],
  [{ oneOf: [{ type: "number" }, { type: "integer" }] }, /"oneOf" of schemas that a value may fit several of/],
  [{ $ref: "other.json" }, /"\$ref" "other\.json"/],
  [{ $ref: "#/$defs/none" }, /"\$ref"/],
  [{ $ref: "#/%zz" }, /"\$ref"/],
  [{ $defs: { a: { $ref: "#/$defs/b" }, b: { anyOf: [{ $ref: "#/$defs/a" }] } }, $ref: "#/$defs/a" }, /leads to itself/],
  [{ type: "colour" }, /"type" "colour"/],
  [{ minLength: 1, minimum: 1 }, /constraints without a "type"/],
  [{ enum: [] }, /without one that fits/],
  [{ type: "string", maxLength: 1e9 }, /its number of repetitions/],
  [deep(200), /so deep within each other/],
  [{ enum: Array.from({ length: 50_000 }, (_, index) => `value ${index}`) }, /its size/],
];

function deep(levels: number): JsonSchema {
  return levels === 0 ? {} : { type: "array", items: deep(levels - 1) };
}

describe("the grammar of a JSON schema", function () {
  this.timeout(120_000);
  let llama: Llama;
  before(async () => (llama = await getLlama({ gpu: false, build: "never", skipDownload: true, progressLogs: false, logLevel: LlamaLogLevel.disabled })));
  after(() => llama.dispose());

  for (const [name, schema, accepted, others] of cases) {
    it(`allows what the schema does: ${name}`, async () => {
      const grammar = (await llama.createGrammar({ grammar: jsonSchemaGrammar(schema) })) as unknown as Acceptor;
      for (const text of accepted) assert.ok(grammar._testText(text), `accepts ${text.slice(0, 80)}`);
      for (const text of others) assert.ok(!grammar._testText(text), `refuses ${text.slice(0, 80)}`);
    });
  }

  for (const [schema, what] of refused) {
    it(`refuses ${what.source}`, () => {
      assert.throws(
        () => jsonSchemaGrammar(schema),
        (error) => error instanceof HearthError && error.code === "bad-use" && what.test(error.message) && error.remedy !== undefined,
      );
    });
  }
});
