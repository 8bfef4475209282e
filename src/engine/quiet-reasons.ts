import type { Service } from '../model/service.ts';
import { isExternalLocal, isInternalLocal, isProxied } from '../model/service.ts';
import { requestsLocality } from '../rules/locality.ts';
import { entryNodes } from '../topology/entrances.ts';
import { hintsHeuristic } from '../topology/hints.ts';
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
  'address-listed-twice': 'an address is in the slices twice, as while it is given to another Pod',
  'value-not-supported': 'this Kubernetes version writes no hints for the value',
};

const UNCOVERED_OUTSIDE = 'external-local-uncovered-nodes';

/** The reasons for one Service. Cost: its ports, not their endpoints. */
export function quietReasons(ctx: SharedContext): readonly Quiet[] {
  const { service, version } = ctx;
  if (!isProxied(service)) return [];
  const rule = ruleFor(service);
  const reasons = new Map<string, Quiet>();
  const add = (reason: QuietReason, by = rule) =>
    reasons.set(`${by} ${reason}`, { rule: by, reason, why: WHY[reason] });
  const prefers = requestsLocality(service);
  if (prefers && hintsHeuristic(service, version) === null) add('value-not-supported', 'unsupported-value');
  for (const port of ctx.routing()) {
    const reason = reasonOf(port);
    if (reason) add(reason);
    if (port.index.hasDuplicateAddresses) add('address-listed-twice');
    if (port.index.startingOnNode.size === 0) continue;
    if (isExternalLocal(service) && port.policy.accessible) add('endpoints-starting', UNCOVERED_OUTSIDE);
    if (prefers) add('endpoints-starting', 'zone-without-endpoints');
  }
  if (allTargetsFail(ctx)) add('no-balancer-target-with-endpoints', UNCOVERED_OUTSIDE);
  return [...reasons.values()];
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
