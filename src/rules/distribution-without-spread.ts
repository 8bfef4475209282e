import { ZONE_LABEL } from '../model/node.ts';
import type { Workload } from '../model/workload.ts';
import type { Locality } from './locality.ts';
import { localityOf, requestsLocality } from './locality.ts';
import type { Rule } from './rule.ts';

export const distributionWithoutSpread: Rule = {
  id: 'distribution-without-spread',
  level: 'info',
  needs: ['workloads'],
  supersededBy: ['locality-without-zones'],
  summary: 'The Service prefers a zone and nothing spreads its Pods over zones',
  why: `A zone preference depends on the spread of the Pods: a zone's Pods get all of that zone's traffic, however few
they are, and a zone without Pods sends its traffic to all zones. Without a constraint in the workload, the scheduler
only tries to keep the zones within five Pods of each other, which for most workloads is not a bound at all. The rule
does not cover DaemonSets, nor Services that select several workloads, which may be one per zone. For PreferSameNode a
spread over nodes is enough.`,
  fix: `Add topologySpreadConstraints to the Pod template, with topologyKey topology.kubernetes.io/zone and maxSkew 1
(and whenUnsatisfiable ScheduleAnyway if Pods must start in any case).`,
  example: `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 3
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web, image: example/web }] }
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec:
  selector: { app: web }
  ports: [{ port: 80 }]
  trafficDistribution: PreferClose
`,
  source: 'pkg/scheduler/framework/plugins/podtopologyspread/plugin.go systemDefaultConstraints, v1.37.1',
  appliesTo: service => requestsLocality(service) && service.selector !== null,
  *check(ctx) {
    const locality = localityOf(ctx.service, ctx.version);
    const workload = onlyWorkload(ctx.workloads());
    if (!locality || !workload || workload.kind === 'DaemonSet' || workload.replicas < 2) return;
    const keys = KEYS[locality.kind];
    const spread = [...workload.spread.map(constraint => constraint.topologyKey), ...workload.antiAffinityKeys];
    if (spread.some(key => keys.includes(key))) return;
    const { kind, name, replicas } = workload;
    yield {
      message: fmt =>
        `${locality.label}: nothing spreads the ${replicas} pods of ${kind}${fmt.list([name])} over zones; ` +
        `add topologySpreadConstraints on ${ZONE_LABEL}`,
      path: locality.path,
    };
  },
};

const ZONE_KEYS = [ZONE_LABEL, 'failure-domain.beta.kubernetes.io/zone'];

const KEYS: Readonly<Record<Locality['kind'], readonly string[]>> = {
  auto: ZONE_KEYS,
  'same-zone': ZONE_KEYS,
  'same-node': [...ZONE_KEYS, 'kubernetes.io/hostname'],
};

/** `null` if there are several. A Deployment's ReplicaSets, which a dump of a cluster lists too, do not count. */
function onlyWorkload(workloads: readonly Workload[]): Workload | null {
  const deployments = workloads.filter(({ kind }) => kind === 'Deployment');
  const own = workloads.filter(
    ({ kind, name }) =>
      kind !== 'ReplicaSet' || !deployments.some(deployment => name.startsWith(`${deployment.name}-`)),
  );
  return own.length === 1 ? (own[0] ?? null) : null;
}
