let table: Float32Array | undefined;

/** Value of each 16-bit pattern as IEEE half precision; built at the first use. */
export function halfFloats(): Float32Array {
  return (table ??= Float32Array.from({ length: 65_536 }, (_, bits) => halfToNumber(bits)));
}

function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const mantissa = bits & 1023;
  if (exponent === 31) return mantissa === 0 ? sign * Infinity : NaN;
  return exponent === 0 ? sign * mantissa * 2 ** -24 : sign * (1024 + mantissa) * 2 ** (exponent - 25);
}
