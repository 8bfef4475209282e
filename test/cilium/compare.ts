import type { RawCluster, RawService } from '../upstream/generate/objects.ts';
import type { Model, OurRoute } from './model.ts';
import type { Answer, Frontend } from './oracle.ts';
import type { Settings } from './settings.ts';
import type { Traffic } from './traffic.ts';
import { isOf, trafficOf } from './traffic.ts';

export interface Mismatch {
  readonly service: string;
  /** `external NodePort http/IPv4 at node-1`. */
  readonly what: string;
  readonly ours: unknown;
  readonly upstream: readonly unknown[];
}

export interface Comparison {
  readonly answers: number;
  readonly mismatches: readonly Mismatch[];
}

/** How Cilium serves some traffic: by endpoints, by leaving it to kube-proxy, or not at all. */
type Theirs = readonly string[] | 'kube-proxy' | 'nobody';

export interface Setting {
  readonly minor: number;
  readonly settings: Settings;
}

export function compare(cluster: RawCluster, answer: Answer, model: Model, at: Setting): Comparison {
  const mismatches: Mismatch[] = [];
  let answers = 0;
  for (const service of cluster.services) {
    const key = `${service.metadata.namespace}/${service.metadata.name}`;
    const routes = model.routesOf(cluster, service);
    for (const { metadata } of cluster.nodes) {
      const own = (answer.nodes[metadata.name] ?? []).filter(frontend => frontend.service === key);
      for (const traffic of trafficOf(service)) {
        answers++;
        const theirs = theirsOf(own, traffic, { service, ...at });
        const ours = routes.cilium(traffic, metadata.name);
        const expected = theirs === 'kube-proxy' ? routes.kubeProxy(traffic, metadata.name) : routeFor(theirs);
        if (agrees(ours, expected)) continue;
        const { trafficClass, entrance, port, family } = traffic;
        const what = `${trafficClass} ${entrance} ${port.name ?? ''}/${family} at ${metadata.name}`;
        mismatches.push({ service: key, what, ours, upstream: [{ theirs, expected }] });
      }
    }
  }
  return { answers, mismatches };
}

function routeFor(theirs: readonly string[] | 'nobody'): OurRoute {
  if (theirs === 'nobody') return { forwards: false, endpoints: [] };
  return { forwards: theirs.length > 0, endpoints: [...theirs].sort() };
}

function agrees(ours: OurRoute, expected: OurRoute): boolean {
  return ours.forwards === expected.forwards && ours.endpoints.join() === expected.endpoints.join();
}

interface Where extends Setting {
  readonly service: RawService;
}

function theirsOf(frontends: readonly Frontend[], traffic: Traffic, at: Where): Theirs {
  const replaces = at.settings['kube-proxy-replacement'];
  const own = frontends.filter(frontend => serves(frontend, traffic));
  const external = own.find(({ internal }) => !internal);
  if (traffic.trafficClass === 'internal') return external?.endpoints ?? (replaces ? 'nobody' : 'kube-proxy');
  const servesNodePorts = replaces || (at.minor <= 18 && at.settings['enable-node-port']);
  if (!external || (traffic.trafficClass === 'external' && !servesNodePorts)) return replaces ? 'nobody' : 'kube-proxy';
  if (traffic.trafficClass === 'external' || !servesNodePorts) return external.endpoints;
  if (traffic.entrance === 'ExternalIP' && policiesDiffer(at)) return 'nobody';
  return (own.find(({ internal }) => internal) ?? external).endpoints;
}

const KINDS = { ClusterIP: 'ClusterIP', NodePort: 'NodePort', LoadBalancer: 'LoadBalancer', ExternalIP: 'ExternalIPs' };

function serves(frontend: Frontend, { port, family, entrance }: Traffic): boolean {
  const number = entrance === 'NodePort' ? port.nodePort : port.port;
  return (
    frontend.kind === KINDS[entrance] &&
    isOf(family, frontend.address) &&
    frontend.port === number &&
    frontend.protocol === (port.protocol ?? 'TCP')
  );
}

/** The flag of the entry for an external IP then says that there is one for clients inside too, which there is not. */
function policiesDiffer({ service, minor, settings }: Where): boolean {
  const { internalTrafficPolicy, externalTrafficPolicy } = service.spec;
  const counts = minor !== 17 || settings['enable-internal-traffic-policy'];
  return (internalTrafficPolicy === 'Local' && counts) !== (externalTrafficPolicy === 'Local');
}
