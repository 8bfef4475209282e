import type { EntryNodes } from '../topology/entrances.ts';
import type { VerdictReason } from '../topology/route.ts';

const TEXT: Readonly<Record<VerdictReason, string>> = {
  'same-node-hints': 'the endpoints hinted for the node',
  'same-node-endpoints': 'the endpoints on the node',
  'same-zone-hints': 'the endpoints hinted for the zone',
  'no-hints': 'the whole cluster (no hints)',
  'hints-incomplete': 'the whole cluster (a ready endpoint has no zone hint)',
  'no-hint-for-zone': 'the whole cluster (no endpoint is hinted for the zone)',
  'node-without-zone': 'the whole cluster (the node has no zone label)',
  'hints-not-supported': "the whole cluster (the node's proxy ignores these hints)",
  'none-ready': 'no endpoint is ready',
  'local-endpoints': "the node's own endpoints",
  'draining-local-endpoints': "the node's own endpoints, all of them terminating but still serving",
  'draining-endpoints': 'the whole cluster; no endpoint is ready, these are terminating but still serving',
  'no-local-endpoint': 'the node has no endpoint while others have (connections time out)',
  'no-endpoint-for-zone':
    'no endpoint on this port, in this IP family or ready is hinted for the zone (connections fail)',
  'no-endpoints': 'no endpoint anywhere (connections are refused)',
  'ipvs-falls-back-to-cluster': 'IPVS falls back to the whole cluster, as the node has no endpoint',
  'ipvs-reply-is-lost': 'the node has no endpoint; IPVS forwards, and the reply is lost',
  'not-exposed': 'an annotation or label of the Service leaves it out',
  'not-established': 'what the data plane of the node does with it is not established',
};

/** Letters of the longest reason. */
export const MAX_REASON_LETTERS = Math.max(...Object.values(TEXT).map(text => text.length));

/** The reason of a route as text. */
export function reasonText(reason: VerdictReason): string {
  return TEXT[reason];
}

const NOT_SENT: Readonly<Record<NonNullable<EntryNodes['knownBy']>, string>> = {
  'health-check': "fails the load balancer's health check",
  'address-records': 'external-dns publishes only nodes that run a Pod',
  'pod-address': 'clients connect to the node of the one Pod',
};

/** Why outside senders send nothing to a node without an endpoint. */
export function notSentText(knownBy: NonNullable<EntryNodes['knownBy']>): string {
  return NOT_SENT[knownBy];
}
