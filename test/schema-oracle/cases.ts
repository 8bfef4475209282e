/*
 * Prints the cases for the oracle: Services as authors write them, with valid and invalid traffic fields. The same seed
 * gives the same cases. A case is { service, old?, stored? }; see oracle/main.go.
 */
import type { Json } from './case-values.ts';
import {
  ABSENT,
  AFFINITIES,
  AFFINITY_CONFIGS,
  ANNOTATIONS,
  EXTERNAL,
  FIELDS,
  HEALTH_PORTS,
  TYPES,
  WRONG,
} from './case-values.ts';

type Spec = Readonly<Record<string, Json>>;
type Case = { readonly service: Json; readonly old?: Json; readonly stored?: boolean };

const MODE = 'service.kubernetes.io/topology-mode';
const HINTS = 'service.kubernetes.io/topology-aware-hints';

function service(spec: Readonly<Record<string, Json | undefined>>, annotations?: Json): Json {
  return prune({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', namespace: 'default', annotations },
    spec: {
      externalName: spec['type'] === 'ExternalName' ? 'example.test' : undefined,
      ports: [{ port: 80 }],
      ...spec,
    },
  });
}

/** The object as JSON keeps it, without fields whose value is `undefined`. */
function prune(value: unknown): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}

/** mulberry32: small, seeded and good enough to pick from lists. */
function randomSource(seed: number): <T>(items: readonly T[]) => T {
  let state = seed;
  return items => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return items[((t ^ (t >>> 14)) >>> 0) % items.length] as (typeof items)[number];
  };
}

const pick = randomSource(20261121);

function* grids(): Generator<Case> {
  for (const type of TYPES)
    for (const externalIPs of [ABSENT, [], ['192.0.2.7']])
      for (const externalTrafficPolicy of new Set(EXTERNAL))
        for (const healthCheckNodePort of [ABSENT, 30123])
          yield { service: service({ type, externalIPs, externalTrafficPolicy, healthCheckNodePort }) };
  for (const field of Object.keys(FIELDS))
    for (const type of new Set(TYPES))
      for (const value of FIELDS[field] ?? []) yield { service: service({ type, [field]: value }) };
  for (const healthCheckNodePort of HEALTH_PORTS)
    yield { service: service({ type: 'LoadBalancer', externalTrafficPolicy: 'Local', healthCheckNodePort }) };
  for (const sessionAffinity of AFFINITIES)
    for (const sessionAffinityConfig of AFFINITY_CONFIGS)
      yield { service: service({ sessionAffinity, sessionAffinityConfig }) };
  for (const mode of ANNOTATIONS)
    for (const hints of ANNOTATIONS) yield { service: service({}, prune({ [MODE]: mode, [HINTS]: hints })) };
}

/** One wrong JSON type per case, because the decoder stops at the first. A null is valid everywhere, even in a list. */
function* wrongTypes(): Generator<Case> {
  yield { service: service({ externalIPs: [null] }) };
  for (const value of WRONG) {
    for (const field of Object.keys(FIELDS))
      for (const type of ['ClusterIP', 'LoadBalancer']) yield { service: service({ type, [field]: value }) };
    yield { service: service({ sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: value } }) };
    yield {
      service: service({ sessionAffinity: 'None', sessionAffinityConfig: { clientIP: { timeoutSeconds: value } } }),
    };
    yield { service: service({ externalIPs: [value] }) };
    yield { service: service({}, { [MODE]: value }) };
    yield { service: service({}, { [HINTS]: value, [MODE]: 'Auto' }) };
    // A map with a wrong value under an unrelated key would be rejected for that key, which is not a traffic field.
    if (JSON.stringify(value) !== '{"a":1}') yield { service: service({}, value) };
  }
}

function randomSpec(): Spec {
  const spec: Record<string, Json> = {};
  for (const [field, values] of Object.entries(FIELDS)) {
    const value = pick([true, false]) ? pick(values) : undefined;
    if (value !== undefined) spec[field] = value;
  }
  return spec;
}

function randomAnnotations(): Json | undefined {
  if (pick([true, true, false])) return undefined;
  return prune({ [MODE]: pick(ANNOTATIONS), [HINTS]: pick(ANNOTATIONS) });
}

/** A Service that was accepted before: its traffic fields are valid, and its health check port is allocated. */
function storedSpec(): Spec {
  const type = pick([
    'ClusterIP',
    'ClusterIP',
    'NodePort',
    'LoadBalancer',
    'LoadBalancer',
    'LoadBalancer',
    'ExternalName',
  ]);
  const externalIPs = type !== 'ExternalName' && pick([true, false]) ? ['192.0.2.7'] : undefined;
  const accessible =
    type === 'NodePort' || type === 'LoadBalancer' || (type === 'ClusterIP' && externalIPs !== undefined);
  const externalTrafficPolicy = accessible ? pick(['Cluster', 'Local', 'Local']) : undefined;
  const needsPort = type === 'LoadBalancer' && externalTrafficPolicy === 'Local';
  return prune({
    type,
    externalIPs,
    externalTrafficPolicy,
    internalTrafficPolicy: pick([undefined, 'Cluster', 'Local']),
    healthCheckNodePort: needsPort ? pick([30123, 30124]) : undefined,
    allocateLoadBalancerNodePorts: type === 'LoadBalancer' ? pick([undefined, true, false]) : undefined,
    trafficDistribution: pick([undefined, undefined, 'PreferClose']),
  }) as Spec;
}

/** A change of one to three fields. The others are sent as stored, as most clients do. */
function* updates(count: number): Generator<Case> {
  for (let i = 0; i < count; i++) {
    const old = storedSpec();
    const changed: Record<string, Json | undefined> = { ...old };
    for (let edits = pick([1, 2, 3]); edits > 0; edits--) {
      const field = pick(['type', 'type', ...Object.keys(FIELDS)]);
      changed[field] = pick(FIELDS[field] ?? []);
    }
    if (pick([true, false, false])) Object.assign(changed, storedSpec());
    const stored = old['trafficDistribution'] !== undefined;
    yield { service: service(changed), old: service(old), ...(stored ? { stored } : {}) };
  }
}

function* all(): Generator<Case> {
  yield* grids();
  yield* wrongTypes();
  for (let i = 0; i < 1500; i++) yield { service: service(randomSpec(), randomAnnotations()) };
  yield* updates(1500);
}

const unique = new Set<string>();
for (const item of all()) unique.add(JSON.stringify(item));
process.stdout.write(`[\n${[...unique].join(',\n')}\n]\n`);
