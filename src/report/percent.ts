/** A share (0 to 1) in whole percent; a little is not 0 %, and nearly all is not 100 %. */
export function percent(share: number): string {
  if (share > 0 && share < 0.005) return '<1 %';
  // Sums of shares have rounding errors.
  if (share < 1 - 1e-9 && share >= 0.995) return '>99 %';
  return `${Math.round(share * 100)} %`;
}
