import { isControllerManaged } from '../model/endpoint-slice.ts';
import type { Service } from '../model/service.ts';
import { isExternalLocal, isInternalLocal, isProxied } from '../model/service.ts';
import { bypassesNodes } from '../rules/balancer-to-pods.ts';
import { requestsLocality } from '../rules/locality.ts';
import { entryNodes } from '../topology/entrances.ts';
import { hintsHeuristic } from '../topology/hints.ts';
import { hasEndpoints, listedPortKey, listedPorts } from '../topology/listed-ports.ts';
import type { PortRouting } from '../topology/port-routing.ts';
import type { SharedContext } from './context.ts';
import type { QuietReason } from './evaluation.ts';

export interface Quiet {
  /** The rule that reports the same if it lasts. */
  readonly rule: string;
  readonly reason: QuietReason;
  readonly why: string;
}

const WHY: Readonly<Record<QuietReason, string>> = {
  'no-endpoints': 'a port has no endpoint anywhere, which no traffic field causes',
  'no-ready-endpoints': 'no endpoint of a port is ready, which no traffic field causes',
  'only-draining-endpoints': 'the endpoints of a port that are still used are terminating',
  'endpoints-starting': 'endpoints are starting, and nodes use them when they are ready',
  'no-balancer-target-with-endpoints': 'no node that load balancers send to has a ready endpoint',
  'balancer-bypasses-nodes': 'the load balancer sends to Pods or to the ClusterIP, not to nodes',
  'address-listed-twice': 'an address is in the slices twice, as while it is given to another Pod',
  'value-not-supported': 'this Kubernetes version writes no hints for the value',
  'hints-of-other-controllers': 'slices of other controllers carry hints, which are taken as they are',
  'one-client-node': 'there is only one client node, for which no other zone or node is to prefer',
  'terminating-endpoints-published':
    'terminating endpoints are published as ready, and have no hints after the rollout',
};

const UNCOVERED_OUTSIDE = 'external-local-uncovered-nodes';

/** The reasons for one Service. Cost: its ports, and for one that prefers a zone or node its endpoints. */
export function quietReasons(ctx: SharedContext): readonly Quiet[] {
  const { service } = ctx;
  if (!isProxied(service)) return [];
  const rule = ruleFor(service);
  const reasons = new Map<string, Quiet>();
  const add = (reason: QuietReason, by = rule) =>
    reasons.set(`${by} ${reason}`, { rule: by, reason, why: WHY[reason] });
  const prefers = requestsLocality(service);
  if (prefers) for (const reason of hintReasons(ctx)) add(reason, 'zone-hints-blocked');
  const { slices } = ctx.predicted();
  const [listed, served] = [listedPorts(slices), listedPorts(slices.filter(hasEndpoints))];
  for (const port of ctx.routing()) {
    const key = listedPortKey(port.family, port.port);
    const reason = listed.has(key) && !served.has(key) ? 'no-endpoints' : reasonOf(port);
    if (reason) add(reason);
    if (port.index.hasDuplicateAddresses) add('address-listed-twice');
    if (port.index.startingOnNode.size === 0) continue;
    if (isExternalLocal(service) && port.policy.accessible) add('endpoints-starting', UNCOVERED_OUTSIDE);
    if (prefers) add('endpoints-starting', 'zone-without-endpoints');
  }
  if (isExternalLocal(service) && bypassesNodes(service)) add('balancer-bypasses-nodes', UNCOVERED_OUTSIDE);
  if (allTargetsFail(ctx)) add('no-balancer-target-with-endpoints', UNCOVERED_OUTSIDE);
  return [...reasons.values()];
}

function* hintReasons(ctx: SharedContext): Generator<QuietReason> {
  const { service, version } = ctx;
  if (hintsHeuristic(service, version) === null) yield 'value-not-supported';
  if (ctx.nodes().size > 0 && ctx.clientNodes().size === 1) yield 'one-client-node';
  const others = ctx.predicted().slices.filter(slice => service.selector === null || !isControllerManaged(slice));
  if (others.some(slice => slice.endpoints.some(({ hints }) => hints !== null))) yield 'hints-of-other-controllers';
  if (!service.publishNotReadyAddresses) return;
  if (ctx.routing().some(({ index }) => index.ready.some(endpoint => endpoint.terminating)))
    yield 'terminating-endpoints-published';
}

function ruleFor(service: Service): string {
  if (isInternalLocal(service)) return 'local-policy-uncovered-nodes';
  return isExternalLocal(service) ? UNCOVERED_OUTSIDE : 'port-matches-no-slice';
}

function reasonOf({ index }: PortRouting): QuietReason | null {
  if (index.all.length === 0) return 'no-endpoints';
  if (index.ready.length > 0) return null;
  return index.draining.length === 0 ? 'no-ready-endpoints' : 'only-draining-endpoints';
}

function allTargetsFail(ctx: SharedContext): boolean {
  const { service } = ctx;
  if (!isExternalLocal(service) || service.healthCheckNodePort === 0 || ctx.nodes().size === 0) return false;
  const input = {
    service,
    ports: ctx.routing(),
    clients: ctx.clientNodes(),
    nodes: ctx.nodes(),
    minor: ctx.version.minor,
  };
  return entryNodes('LoadBalancer', input).knownBy === null;
}
