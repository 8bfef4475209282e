import type { ProxyEndpoint } from './proxy-endpoint.ts';

/** Load of each endpoint if senders share each set of endpoints evenly. */
export function loadOf(
  bundles: readonly { readonly endpoints: readonly ProxyEndpoint[]; readonly weight: number }[],
): ReadonlyMap<ProxyEndpoint, number> {
  const bySet = new Map<readonly ProxyEndpoint[], number>();
  for (const { endpoints, weight } of bundles) bySet.set(endpoints, (bySet.get(endpoints) ?? 0) + weight);
  const load = new Map<ProxyEndpoint, number>();
  for (const [endpoints, weight] of bySet) {
    for (const endpoint of endpoints) load.set(endpoint, (load.get(endpoint) ?? 0) + weight / endpoints.length);
  }
  return load;
}

export function countBy(
  endpoints: readonly ProxyEndpoint[],
  key: (endpoint: ProxyEndpoint) => string | null,
): ReadonlyMap<string | null, number> {
  const counts = new Map<string | null, number>();
  for (const endpoint of endpoints) counts.set(key(endpoint), (counts.get(key(endpoint)) ?? 0) + 1);
  return counts;
}
