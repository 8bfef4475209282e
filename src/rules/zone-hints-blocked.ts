import type { Endpoint } from '../model/endpoint-slice.ts';
import { isLocalThroughout, isProxied } from '../model/service.ts';
import type { ModeReason } from '../topology/categorize.ts';
import { nodesFallingBack } from '../topology/hint-fallback.ts';
import { hintsHeuristic } from '../topology/hints.ts';
import type { Draft, Rule, RuleContext } from './rule.ts';

export const zoneHintsBlocked: Rule = {
  id: 'zone-hints-blocked',
  level: 'warn',
  needs: ['nodes', 'endpoints', 'dataplane: obeys hints', 'kubernetes>=1.31'],
  summary: 'One endpoint without a zone turns zone routing off for all',
  why: `kube-proxy prefers a zone only if every ready endpoint has a zone hint. The hint comes from the zone label of
the endpoint's node. With one node without the label, or one custom endpoint without a hint, all nodes use the whole
cluster again, without an Event. The rule reports nothing in a cluster without zones.
PreferSameNode still works on nodes that have an endpoint; only its fallback to the zone is lost, and nothing is reported
if no node needs it. Up to 1.32 an endpoint without a zone gets a hint for the empty zone, which blocks nothing.`,
  fix: `Label the node with topology.kubernetes.io/zone (the task of its cloud controller), or add hints to the custom
slice.`,
  example: `apiVersion: v1
kind: Service
metadata: { name: web }
spec:
  selector: { app: web } # one of its Pods runs on a node without topology.kubernetes.io/zone
  ports: [{ port: 80 }]
  trafficDistribution: PreferClose
`,
  source: 'pkg/proxy/topology.go topologyModeFromHints, v1.37.1',
  appliesTo: service => isProxied(service) && service.trafficDistribution !== null && !isLocalThroughout(service),
  *check(ctx) {
    const heuristic = hintsHeuristic(ctx.service, ctx.version);
    if (heuristic !== 'same-zone' && heuristic !== 'same-node') return;
    for (const family of ctx.service.ipFamilies) {
      const draft = blockedIn(ctx, family);
      if (draft) return yield draft;
    }
  },
};

const REASONS: readonly ModeReason[] = ['hints-incomplete', 'no-hints'];

function blockedIn(ctx: RuleContext, family: string): Draft | null {
  // The condition that kube-proxy checks; it usually holds.
  const ports = ctx.routing().filter(port => port.family === family && !port.index.everyReadyHasZoneHint);
  if (ports.length === 0) return null;
  // If each client node has a local endpoint, PreferSameNode needs no zone.
  if (REASONS.every(reason => nodesFallingBack(reason, ports, ctx.clientNodes()).length === 0)) return null;
  const slices = ctx.predicted().slices.filter(slice => slice.addressType === family && slice.proxied);
  const ready = slices.flatMap(slice => slice.endpoints).filter(endpoint => endpoint.ready !== false);
  const without = ready.filter(endpoint => (endpoint.hints?.zones.length ?? 0) === 0);
  if (without.length === 0) return null;
  // In a cluster without zones there is none to prefer. Other rules report hints that are missing for another reason.
  const lacksZone = ({ nodeName }: Endpoint) => nodeName !== null && ctx.nodes().get(nodeName)?.zone === null;
  if (without.length === ready.length && !(ctx.nodes().zones.length > 1 && without.every(lacksZone))) return null;
  // A Node that is not known yet, or was deleted, cannot be labelled.
  if (without.some(({ nodeName }) => nodeName !== null && !ctx.nodes().get(nodeName))) return null;
  const nodes = [...new Set(without.map(endpoint => endpoint.nodeName).filter(name => name !== null))].sort();
  const { trafficDistribution } = ctx.service;
  const [verb, whose] = without.length === 1 ? ['has', 'its node'] : ['have', 'their nodes'];
  const advice = without.every(endpoint => endpoint.nodeName === null)
    ? 'add hints to the custom EndpointSlice'
    : nodes.every(name => (ctx.nodes().get(name)?.zone ?? null) !== null)
      ? `${whose} got a zone label later: change the Service to refresh the hints`
      : `label ${whose} with topology.kubernetes.io/zone`;
  return {
    message: fmt =>
      `trafficDistribution ${trafficDistribution}: ${without.length} of ${ready.length} ready endpoints ${verb} no zone hint` +
      `${fmt.list(nodes)}, so no node prefers its zone; ${advice}`,
    path: 'spec.trafficDistribution',
    nodes,
  };
}
