import assert from "node:assert/strict";
import { TextStream } from "../../../src/engine/textStream";

/** A vocabulary whose tokens are bytes. */
const bytes = {
  detokenize: (tokens: readonly number[]) => new TextDecoder("utf-8").decode(Uint8Array.from(tokens)),
};
const encode = (text: string) => [...new TextEncoder().encode(text)];

function feed(stream: TextStream, text: string): { pieces: string[]; stopped: boolean } {
  const pieces: string[] = [];
  for (const token of encode(text)) {
    const piece = stream.push(token);
    if (piece.text !== "") pieces.push(piece.text);
    if (piece.stopped) return { pieces, stopped: true };
  }
  return { pieces, stopped: false };
}

describe("text stream", () => {
  it("gives out whole characters only", () => {
    assert.deepEqual(feed(new TextStream(bytes), "aé🦊b").pieces, ["a", "é", "🦊", "b"]);
  });

  it("goes on after bytes that never become a character", () => {
    const stream = new TextStream(bytes);
    for (const token of [0xff, 0xff, 0xff, 0xff]) stream.push(token);
    assert.equal(feed(stream, "ok").pieces.join(""), "ok");
    assert.match(stream.text, /^\uFFFD+ok$/);
  });

  it("drops half a character at the end", () => {
    const stream = new TextStream(bytes);
    for (const token of [...encode("a"), ...encode("é").slice(0, 1)]) stream.push(token);
    assert.equal(stream.flush(), "");
    assert.equal(stream.text, "a");
  });

  it("stops before a stop text and counts the tokens before it", () => {
    const stream = new TextStream(bytes, ["[INST]", "\nuser:"]);
    const { pieces, stopped } = feed(stream, "one [INST] two");
    assert.deepEqual([pieces.join(""), stopped, stream.text, stream.wholeTokens], ["one ", true, "one ", 4]);
  });

  it("holds back what may become a stop text, and gives it out when it does not", () => {
    const stream = new TextStream(bytes, ["[INST]"]);
    assert.deepEqual(feed(stream, "[IN").pieces, []);
    assert.equal(feed(stream, "X").pieces.join(""), "[INX");
    feed(stream, "[I");
    assert.equal(stream.flush(), "[I");
    assert.equal(stream.text, "[INX[I");
  });
});
