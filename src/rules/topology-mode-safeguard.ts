import { withoutTopologyMode } from '../model/edit.ts';
import type { Endpoint } from '../model/endpoint-slice.ts';
import { isControllerManaged } from '../model/endpoint-slice.ts';
import type { Fix } from '../model/finding.ts';
import type { Node } from '../model/node.ts';
import { agree, count } from '../model/plural.ts';
import type { IPFamily } from '../model/service.ts';
import { isLocalThroughout, isProxied, isTopologyModeAuto } from '../model/service.ts';
import { sufficeForHints } from '../topology/auto-allocation.ts';
import { endpointsOf } from '../topology/family-endpoints.ts';
import type { PredictedHints } from '../topology/hints.ts';
import { hintsHeuristic, PREFER_SAME_MINOR, TRAFFIC_DISTRIBUTION_MINOR } from '../topology/hints.ts';
import type { NodeSet } from '../topology/node-set.ts';
import { localityOf } from './locality.ts';
import type { Rule, RuleContext } from './rule.ts';

export const topologyModeSafeguard: Rule = {
  id: 'topology-mode-safeguard',
  level: 'warn',
  needs: ['nodes', 'endpoints', 'dataplane: obeys hints'],
  summary: 'A safeguard of topology-mode Auto keeps all hints away',
  why: `topology-mode Auto writes hints only where every ready node outside the control plane has a zone and allocatable CPU,
there are at least as many ready endpoints as zones, and the endpoints can be shared out so that none carries more than
20 % above its share. Where one condition fails, all hints of the Service are removed and traffic goes to the whole cluster;
trafficDistribution does not step in. Upstream's own Event may name another cause, such as missing node information where
the cluster has one zone only. Endpoints that are still starting count as ready here; while a rollout is under way nothing
is said of their number if any number on the way would do, and nothing of what passes once nodes that are down, a minute old
or on their way out are up or gone.`,
  fix: `Remove the cause that the message names: label the node, or run as many endpoints as it says (the next number that can
be shared out). Or use trafficDistribution, which has no safeguards and leaves the load to you.`,
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
    const { what, nodes, remedy } = cause;
    yield {
      message: (say, fix) =>
        `${locality.label} has no effect${where}: ${what}${say.list(nodes)}` +
        [remedy, fix?.description]
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
  readonly remedy: string | null;
}

/** `null` where hints are on the slices, where another rule tells the story, or where a rollout will pass. */
function causeOf(family: IPFamily, ctx: RuleContext): Cause | null {
  const gap = ctx.settled().absentBecause.get(family);
  if (!gap || !ctx.prospect().absentBecause.has(family)) return null;
  // A family for which the Pods have no addresses is none that anybody misses.
  if (endpointsOf(ctx.settled().slices, family).length === 0) return null;
  switch (gap.kind) {
    case 'node-without-zone':
      return ofNodes(lasting(gap.nodes, ctx), n => [
        `${agree(n, 'has', 'have')} no zone label`,
        `label ${agree(n, 'it', 'them')}`,
      ]);
    case 'node-without-cpu':
      return ofNodes(lasting(gap.nodes, ctx), n => [`${agree(n, 'reports', 'report')} no allocatable CPU`, null]);
    case 'fewer-endpoints-than-zones':
      return ofNumber(`${count(gap.endpoints, 'endpoint')} for ${gap.zones} zones`, gap, { family, ctx });
    case 'overload-threshold': {
      const what = `${count(gap.endpoints, 'endpoint')} cannot follow the CPU of ${gap.zones} zones within 20 %`;
      return ofNumber(what, gap, { family, ctx });
    }
    case 'endpoint-without-zone': {
      const nodes = nodesOf(readyIn(family, ctx.settled()).filter(endpoint => endpoint.zone === null));
      const remedy = nodes.length === 0 ? null : `label ${agree(nodes.length, 'this node', 'these nodes')}`;
      return { what: `${count(gap.endpoints, 'endpoint')} without a zone`, nodes, remedy };
    }
    case 'no-ready-nodes': {
      // Where they stand in one zone, locality-without-zones would be the story.
      const zones = ctx.clients().zones;
      if (zones.length < 2) return null;
      return { what: 'all ready nodes are labelled as control plane and do not count', nodes: [], remedy: null };
    }
    default:
      return null;
  }
}

function ofNodes(nodes: readonly string[], say: (n: number) => readonly [string, string | null]): Cause | null {
  if (nodes.length === 0) return null;
  const [what, remedy] = say(nodes.length);
  return { what: `${count(nodes.length, 'ready node')} ${what}`, nodes, remedy };
}

/** A node that is about to be labelled or to leave is no cause that anybody can remove; a virtual one stays as it is. */
function lasting(names: readonly string[], ctx: RuleContext): readonly string[] {
  const [clients, virtual] = [ctx.clients(), ctx.nodes().where(isVirtual)];
  return names.filter(name => clients.get(name) || virtual.get(name));
}

function isVirtual({ labels, deleting }: Node): boolean {
  return labels['type'] === 'virtual-kubelet' && !deleting;
}

/** While some endpoints are starting, the number to come lies between those ready now and all of them. */
function ofNumber(
  what: string,
  { endpoints, needed }: { readonly endpoints: number; readonly needed: number },
  { family, ctx }: { readonly family: IPFamily; readonly ctx: RuleContext },
): Cause | null {
  const ready = readyIn(family, ctx.prospect()).length;
  for (let n = Math.max(ready, 1); ready > 0 && n < endpoints; n++) if (sufficeForHints(n, ctx.nodes())) return null;
  if (nodesToCome(ctx).some(nodes => sufficeForHints(endpoints, nodes))) return null;
  return { what, nodes: [], remedy: `scale to ${needed}` };
}

/** The nodes once those that are down are up again, and once those that come or go have done so: nobody scales for a moment. */
function nodesToCome(ctx: RuleContext): readonly NodeSet[] {
  return [ctx.nodes().as(ready), ctx.clients().and(ctx.nodes().where(isVirtual))];
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
  const single = service.ipFamilies.every(family => readyIn(family, ctx.settled()).length < 2);
  // A single endpoint leaves nothing to prefer.
  if (single || version.minor < TRAFFIC_DISTRIBUTION_MINOR) return [];
  const asked = hintsHeuristic({ ...service, annotations: {} }, version) === null ? null : service.trafficDistribution;
  const value = asked ?? (version.minor >= PREFER_SAME_MINOR ? 'PreferSameZone' : 'PreferClose');
  return [
    {
      description: `use trafficDistribution ${value}`,
      edits: [...withoutTopologyMode(service), { path: ['spec', 'trafficDistribution'], value }],
    },
  ];
}
