import assert from "node:assert/strict";
import fc from "fast-check";
import { CentredRows, type MeasuredRow } from "../../../../src/engine/guidance/centredRows";
import { convolutionBank, featureCount } from "../../../../src/engine/guidance/convolutionBank";
import { RowKernels } from "../../../../src/engine/guidance/rowKernels";
import { Random } from "../../../fixtures/random";
import { PlainRows, tableOf } from "./tables";

const some = (count: number, random: Random) => Array.from({ length: count }, () => random.around(1));

describe("the kernels for vectors", () => {
  it("measure as plain arithmetic does, at any width, with nothing left of longer or earlier rows", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 1e6 }), (width, seed) => {
        const random = new Random(seed);
        const rows = Array.from({ length: 6 }, () => some(width, random));
        const [first, second, bank] = [some(width, random), some(width, random), convolutionBank(seed)];
        const centred = new CentredRows(tableOf(rows));
        const plain = new PlainRows(rows.map((_, token) => [...readRow(centred, token, width)]), centred.variances);
        const tokens = [5, 0, 3, 5];
        const same = (against: readonly ArrayLike<number>[], by: (row: MeasuredRow) => number) => {
          const expected = plain.measure(tokens, against, by);
          centred.measure(tokens, against, by).forEach((value, i) => assert.ok(Math.abs(value - (expected[i] ?? NaN)) < 1e-4, `${value} ${expected[i]}`));
        };
        same([first, second], (row) => row.dot(0));
        same([first, second], (row) => row.dot(1));
        same([first, second], (row) => row.weightedSquares(1));
        for (const feature of [0, 1, 17, featureCount - 1]) same([bank], (row) => row.convolve(0)[feature] ?? NaN);
      }),
      { seed: 7, numRuns: 80 },
    );
  });

  it("hold three vectors", () => {
    const kernels = new RowKernels(4);
    assert.throws(() => kernels.dot(3), RangeError);
    assert.throws(() => kernels.hold(-1, [1]), RangeError);
  });

  it("every half-precision number becomes the same in single precision", () => {
    const bits = Uint16Array.from({ length: 65_536 }, (_, i) => i);
    const kernels = new RowKernels(bits.length);
    kernels.decode(1, new Uint8Array(bits.buffer));
    const wrong = [...bits].filter((half) => !Object.is(kernels.row[half], halfToNumber(half)));
    assert.deepEqual(wrong, []);
  });
});

function readRow(rows: CentredRows, token: number, width: number): Float32Array {
  const row = new Float32Array(width);
  rows.read(token, row);
  return row;
}

/** IEEE 754, binary16. */
function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const mantissa = bits & 1023;
  if (exponent === 31) return mantissa === 0 ? sign * Infinity : NaN;
  return exponent === 0 ? sign * mantissa * 2 ** -24 : sign * (1024 + mantissa) * 2 ** (exponent - 25);
}

describe("a bank of convolutions", () => {
  const features = (bank: Float32Array) => {
    const kernels = new RowKernels(20);
    kernels.row.set(Float32Array.from({ length: 20 }, (_, i) => Math.sin(i)));
    kernels.hold(0, bank);
    return [...kernels.convolve(0)];
  };

  it("has the documented shape, follows its seed, and says nothing negative", () => {
    const found = features(convolutionBank(1));
    assert.equal(found.length, featureCount);
    assert.equal(featureCount, 64);
    assert.ok(found.every((value) => value >= 0) && found.some((value) => value > 0), "ReLU");
    assert.deepEqual(features(convolutionBank(1)), found);
    assert.notDeepEqual(features(convolutionBank(2)), found);
  });

  it("its filters have length 1", () => {
    const bank = convolutionBank(3);
    for (let filter = 0; filter < 4; filter++) {
      const squares = [0, 1, 2, 3, 4, 5, 6, 7].reduce((sum, i) => sum + (bank[i * 4 + filter] ?? 0) ** 2, 0);
      assert.ok(Math.abs(squares - 1) < 1e-6);
    }
  });
});
