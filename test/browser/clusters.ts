import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { SAMPLE_CLUSTER } from '../../src/cli/sample.ts';
import { readManifests } from '../../src/cluster/manifests/manifest.ts';
import { ManifestTopology } from '../../src/cluster/manifests/manifest-topology.ts';
import type { Topology } from '../../src/model/topology.ts';

export function topologyFrom(text: string): Topology {
  return new ManifestTopology(readManifests({ name: 'cluster.yaml', text, unknownDocuments: 'refuse' }));
}

export function sample(): Topology {
  return topologyFrom(readFileSync(SAMPLE_CLUSTER, 'utf8'));
}

/** A random cluster of test/topology/vectors; its expected routes come from upstream's own code. */
export function vector(name: string): Topology {
  const file = new URL(`../topology/vectors/${name}/cluster.json.gz`, import.meta.url);
  return topologyFrom(gunzipSync(readFileSync(file)).toString());
}

const SIZES = { services: 10_000, nodes: 300, namespaces: 250 };

/** 10,000 Services in three zones: some have findings, some lose traffic. */
export function manyServices(): Topology {
  const { nodes: nodeCount, services: count, namespaces } = SIZES;
  const base = sample();
  const [node] = base.nodes();
  const [web, agent] = [base.service('shop', 'web'), base.service('monitoring', 'node-logs')];
  const slice = base.slices('shop', 'web')[0];
  const endpoint = slice?.endpoints[0];
  if (!node || !web || !agent || !slice || !endpoint) throw new Error('the sample has what is multiplied here');
  const nodes = Array.from({ length: nodeCount }, (_, i) => ({
    ...node,
    name: `node-${i}`,
    zone: `zone-${'abc'[i % 3]}`,
  }));
  const byName = new Map(nodes.map(item => [item.name, item]));
  const services = Array.from({ length: count }, (_, i) => {
    const kind = i % 10 === 0 ? agent : web;
    return { ...kind, namespace: `team-${i % namespaces}`, name: `${i % 10 === 0 ? 'agent' : 'service'}-${i}` };
  });
  const byKey = new Map(services.map(service => [`${service.namespace}/${service.name}`, service]));
  const slicesOf = (namespace: string, name: string, i: number) => {
    const endpoints = [0, 1, 2].map(k => {
      const on = nodes[(i + k * 7) % nodeCount] ?? node;
      return { ...endpoint, address: `10.${k}.${i >> 8}.${i & 255}`, nodeName: on.name, zone: on.zone, hints: null };
    });
    const ports = byKey
      .get(`${namespace}/${name}`)
      ?.ports.map(({ name: port, protocol }) => ({ name: port, protocol, port: 80 }));
    return [{ ...slice, namespace, name: `${name}-1`, serviceName: name, ports: ports ?? [], endpoints }];
  };
  const slices = new Map(
    services.map(({ namespace, name }, i) => [`${namespace}/${name}`, slicesOf(namespace, name, i)]),
  );
  return {
    nodes: () => nodes,
    node: name => byName.get(name),
    services: () => services,
    service: (namespace, name) => byKey.get(`${namespace}/${name}`),
    slices: (namespace, name) => slices.get(`${namespace}/${name}`) ?? [],
    workloads: () => [],
    namespaceLabels: () => ({}),
  };
}
