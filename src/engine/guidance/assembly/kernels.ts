// What is computed of a token's vector, in AssemblyScript (assemblyscript.org): WebAssembly with SIMD, in the memory of
// rowKernels.ts. Addresses are in bytes. Single precision throughout, without fused operations, so that every processor
// gives the same bits.
export { decodeBF16, decodeF16, decodeF32, decodeQ4K, decodeQ5K, decodeQ6K, decodeQ8 } from "./decoders";
export { convolve, dot, subtract, weightedSquares } from "./rows";
