import type { RawCluster } from './generate/objects.ts';

type Holds = (cluster: RawCluster) => Promise<boolean>;

/** Fields whose removal would leave another object or an invalid one. */
const FIXED = new Set(
  [
    'apiVersion kind metadata name namespace spec status port ports addresses addressType endpoints conditions',
    'clusterIP clusterIPs ipFamilies nodeInfo kubeletVersion type status ip nodes services slices cpu protocol',
    'kubernetes.io/service-name externalName targetPort labels nodePort allocateLoadBalancerNodePorts',
  ].flatMap(names => names.split(' ')),
);

/** Lists in which one item has the same meaning as several; all other lists may become empty. */
const NEVER_EMPTY = new Set(['nodes', 'services', 'addresses']);

/** Lists that belong together item by item: an API server never returns one without the other. */
const WHOLE = new Set(['clusterIPs', 'ipFamilies']);

/**
 * The smallest cluster for which `holds` is true. One list item or one optional field is removed at a time, the largest
 * first, until nothing more can be removed.
 */
export async function shrink(cluster: RawCluster, holds: Holds): Promise<RawCluster> {
  let best = cluster;
  for (let shrunk = true; shrunk; ) {
    shrunk = false;
    for (const path of removable(best)) {
      const smaller = without(best, path);
      if (!smaller || !(await holds(smaller))) continue;
      best = smaller;
      shrunk = true;
    }
  }
  return best;
}

type Path = readonly (string | number)[];

/** Shallow paths first; within a list from its end, so that the removal of one item leaves the other paths as they are. */
function removable(cluster: RawCluster): Path[] {
  const paths: Path[] = [];
  const visit = (value: unknown, path: Path): void => {
    if (Array.isArray(value)) {
      if (WHOLE.has(String(path.at(-1)))) return;
      for (let i = value.length - 1; i >= 0; i--) {
        paths.push([...path, i]);
        visit(value[i], [...path, i]);
      }
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, item] of Object.entries(value)) {
        if (!FIXED.has(key)) paths.push([...path, key]);
        visit(item, [...path, key]);
      }
    }
  };
  visit(cluster, []);
  return paths.sort((a, b) => a.length - b.length);
}

function without(cluster: RawCluster, path: Path): RawCluster | null {
  const copy = structuredClone(cluster);
  const parents = path.slice(0, -1);
  const last = path.at(-1);
  let at: unknown = copy;
  for (const step of parents) at = (at as Record<string | number, unknown> | undefined)?.[step];
  if (Array.isArray(at)) {
    const fixed = typeof parents.at(-1) === 'string' && NEVER_EMPTY.has(String(parents.at(-1)));
    if (typeof last !== 'number' || last >= at.length || (fixed && at.length === 1)) return null;
    at.splice(last, 1);
    return copy;
  }
  if (typeof at !== 'object' || at === null || last === undefined || !(last in at)) return null;
  delete (at as Record<string | number, unknown>)[last];
  return copy;
}
