const SUFFIX_TO_MILLI: Readonly<Record<string, number>> = {
  n: 1e-6,
  u: 1e-3,
  m: 1,
  '': 1e3,
  k: 1e6,
  M: 1e9,
  G: 1e12,
  T: 1e15,
  P: 1e18,
  E: 1e21,
  Ki: 1024e3,
  Mi: 1024 ** 2 * 1e3,
  Gi: 1024 ** 3 * 1e3,
  Ti: 1024 ** 4 * 1e3,
  Pi: 1024 ** 5 * 1e3,
  Ei: 1024 ** 6 * 1e3,
};

/**
 * A Kubernetes quantity in thousandths, rounded up as Quantity.MilliValue does (k8s.io/apimachinery
 * pkg/api/resource, v0.37.1). Unquoted YAML values arrive as numbers. Returns 0 for unreadable text.
 */
export function parseMilliValue(quantity: unknown): number {
  const match = /^([+-]?(?:\d+(?:\.\d*)?|\.\d+))(?:([eE][+-]?\d+)|([A-Za-z]{0,2}))$/.exec(
    String(quantity ?? '').trim(),
  );
  if (!match?.[1]) return 0;
  const factor = match[2] ? 1e3 : SUFFIX_TO_MILLI[match[3] ?? ''];
  const value = Number(match[1] + (match[2] ?? ''));
  if (factor === undefined || Number.isNaN(value)) return 0;
  const millis = value * factor;
  // 0.0035 * 1000 is 3.5000000000000004 in binary: the representation error is rounded off first.
  return Math.ceil(Number(millis.toPrecision(15)));
}
