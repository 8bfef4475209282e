import { topologyModeRemovalEdits } from '../model/edit.ts';
import type { Endpoint } from '../model/endpoint-slice.ts';
import { isControllerManaged } from '../model/endpoint-slice.ts';
import type { Fix } from '../model/finding.ts';
import type { Node } from '../model/node.ts';
import { plural, pluralForm } from '../model/plural.ts';
import type { IPFamily } from '../model/service.ts';
import { isLocalThroughout, isProxied, isTopologyModeAuto } from '../model/service.ts';
import { isEnoughForHints } from '../topology/auto-allocation.ts';
import { endpointsOfFamily } from '../topology/family-endpoints.ts';
import type { PredictedHints } from '../topology/hints.ts';
import { hintsHeuristic, PREFER_SAME_SINCE_MINOR, TRAFFIC_DISTRIBUTION_SINCE_MINOR } from '../topology/hints.ts';
import type { NodeSet } from '../topology/node-set.ts';
import { localityOf } from './locality.ts';
import type { Rule, RuleContext } from './rule.ts';

export const topologyModeSafeguard: Rule = {
  id: 'topology-mode-safeguard',
  level: 'warn',
  needs: ['nodes', 'endpoints', 'dataplane: obeys hints'],
  summary: 'A safeguard of topology-mode Auto prevents all hints',
  why: `topology-mode Auto writes hints only if every ready node outside the control plane has a zone and allocatable
CPU, there are at least as many ready endpoints as zones, and the endpoints can be divided so that none carries more
than 20 % above its share. If one condition fails, all hints of the Service are removed and traffic goes to the whole
cluster; trafficDistribution does not replace them. Upstream's own Event may name another cause, such as missing node
information if the cluster has only one zone. Endpoints that are still starting count as ready here. During a rollout
the number of endpoints is not reported if any number on the way is enough. Causes that pass by themselves are not
reported either: nodes that are down, a minute old or about to be removed.`,
  fix: `Remove the cause that the message names: label the node, or run as many endpoints as it says (the next number
that can be divided). Or use trafficDistribution, which has no safeguards, so that balancing the load is up to you.`,
  example: `apiVersion: v1
kind: Service
metadata:
  name: web
  annotations: { service.kubernetes.io/topology-mode: Auto }
spec:
  selector: { app: web } # two Pods in a cluster of three zones
  ports: [{ port: 80 }]
`,
  source: 'k8s.io/endpointslice topologycache AddHints, v0.37.1',
  appliesTo: service => isProxied(service) && isTopologyModeAuto(service) && !isLocalThroughout(service),
  *check(ctx) {
    const locality = localityOf(ctx.service, ctx.version);
    const causes = ctx.service.ipFamilies.map(family => causeOf(family, ctx));
    const at = causes.findIndex(cause => cause !== null);
    const cause = causes[at];
    if (!locality || !cause) return;
    const where = causes.includes(null) ? ` in ${ctx.service.ipFamilies[at]}` : '';
    const { what, nodes, advice } = cause;
    yield {
      message: (fmt, fix) =>
        `${locality.label} has no effect${where}: ${what}${fmt.list(nodes)}` +
        [advice, fix?.description]
          .filter(Boolean)
          .map((text, i) => `${i === 0 ? '; ' : ' or '}${text}`)
          .join(''),
      path: locality.path,
      nodes,
      fixes: useTrafficDistribution(ctx),
    };
  },
};

interface Cause {
  readonly what: string;
  readonly nodes: readonly string[];
  readonly advice: string | null;
}

/** `null` if the slices have hints, if another rule reports the cause, or if the cause ends with a rollout. */
function causeOf(family: IPFamily, ctx: RuleContext): Cause | null {
  const gap = ctx.afterRollout().absentBecause.get(family);
  if (!gap || !ctx.predicted().absentBecause.has(family)) return null;
  // Hints are not missed in a family in which the Pods have no addresses.
  if (endpointsOfFamily(ctx.afterRollout().slices, family).length === 0) return null;
  switch (gap.kind) {
    case 'node-without-zone':
      return nodeCause(persistentNodes(gap.nodes, ctx), n => [
        `${pluralForm(n, 'has', 'have')} no zone label`,
        `label ${pluralForm(n, 'it', 'them')}`,
      ]);
    case 'node-without-cpu':
      return nodeCause(persistentNodes(gap.nodes, ctx), n => [
        `${pluralForm(n, 'reports', 'report')} no allocatable CPU`,
        null,
      ]);
    case 'fewer-endpoints-than-zones':
      return countCause(`${plural(gap.endpoints, 'endpoint')} for ${gap.zones} zones`, gap, { family, ctx });
    case 'overload-threshold': {
      const what = `${plural(gap.endpoints, 'endpoint')} cannot follow the CPU of ${gap.zones} zones within 20 %`;
      return countCause(what, gap, { family, ctx });
    }
    case 'endpoint-without-zone': {
      const nodes = nodesOf(readyIn(family, ctx.afterRollout()).filter(endpoint => endpoint.zone === null));
      const advice = nodes.length === 0 ? null : `label ${pluralForm(nodes.length, 'this node', 'these nodes')}`;
      return { what: `${plural(gap.endpoints, 'endpoint')} without a zone`, nodes, advice };
    }
    case 'no-ready-nodes': {
      // If they are all in one zone, locality-without-zones reports it.
      const zones = ctx.clientNodes().zones;
      if (zones.length < 2) return null;
      return { what: 'all ready nodes are labelled as control plane and do not count', nodes: [], advice: null };
    }
    default:
      return null;
  }
}

function nodeCause(nodes: readonly string[], describe: (n: number) => readonly [string, string | null]): Cause | null {
  if (nodes.length === 0) return null;
  const [what, advice] = describe(nodes.length);
  return { what: `${plural(nodes.length, 'ready node')} ${what}`, nodes, advice };
}

/** Leaves out nodes that are about to be labelled or removed, for which no fix is needed. Virtual nodes stay unlabelled. */
function persistentNodes(names: readonly string[], ctx: RuleContext): readonly string[] {
  const [clients, virtual] = [ctx.clientNodes(), ctx.nodes().filter(isVirtual)];
  return names.filter(name => clients.get(name) || virtual.get(name));
}

function isVirtual({ labels, deleting }: Node): boolean {
  return labels['type'] === 'virtual-kubelet' && !deleting;
}

/** `null` if some number of endpoints between those ready now and all of them is enough: it may occur in the rollout. */
function countCause(
  what: string,
  { endpoints, needed }: { readonly endpoints: number; readonly needed: number },
  { family, ctx }: { readonly family: IPFamily; readonly ctx: RuleContext },
): Cause | null {
  const ready = readyIn(family, ctx.predicted()).length;
  for (let n = Math.max(ready, 1); ready > 0 && n < endpoints; n++) if (isEnoughForHints(n, ctx.nodes())) return null;
  if (nodesAfterChurn(ctx).some(nodes => isEnoughForHints(endpoints, nodes))) return null;
  return { what, nodes: [], advice: `scale to ${needed}` };
}

/** The nodes if those that are down recover, and if those that join or leave have done so: a brief lack needs no scaling. */
function nodesAfterChurn(ctx: RuleContext): readonly NodeSet[] {
  return [ctx.nodes().map(ready), ctx.clientNodes().union(ctx.nodes().filter(isVirtual))];
}

function ready(node: Node): Node {
  return { ...node, ready: true };
}

function readyIn(family: IPFamily, { slices }: PredictedHints): readonly Endpoint[] {
  return slices
    .filter(slice => slice.addressType === family && isControllerManaged(slice))
    .flatMap(slice => slice.endpoints)
    .filter(endpoint => endpoint.ready === true);
}

function nodesOf(endpoints: readonly Endpoint[]): readonly string[] {
  return [...new Set(endpoints.flatMap(endpoint => endpoint.nodeName ?? []))].sort();
}

function useTrafficDistribution(ctx: RuleContext): readonly Fix[] {
  const { service, version } = ctx;
  const single = service.ipFamilies.every(family => readyIn(family, ctx.afterRollout()).length < 2);
  // With a single endpoint there is nothing to prefer.
  if (single || version.minor < TRAFFIC_DISTRIBUTION_SINCE_MINOR) return [];
  const requested =
    hintsHeuristic({ ...service, annotations: {} }, version) === null ? null : service.trafficDistribution;
  const value = requested ?? (version.minor >= PREFER_SAME_SINCE_MINOR ? 'PreferSameZone' : 'PreferClose');
  // Cilium 1.18 and 1.19 know PreferClose alone.
  return [...new Set([value, 'PreferClose'])].map(each => ({
    description: `use trafficDistribution ${each}`,
    edits: [...topologyModeRemovalEdits(service), { path: ['spec', 'trafficDistribution'], value: each }],
  }));
}
