/** Entropy of a step over the greatest possible one, 0 (the model is sure) to 1 (all candidates are equally likely). */
export function entropyShare(shares: Float32Array): number {
  if (shares.length < 2) return 0;
  let entropy = 0;
  for (const share of shares) if (share > 0) entropy -= share * Math.log(share);
  return Math.min(1, Math.max(0, entropy / Math.log(shares.length)));
}
