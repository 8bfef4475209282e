import { expect, test } from 'vitest';
import type { Node } from '../../src/model/node.ts';
import type { Service } from '../../src/model/service.ts';
import type { Topology } from '../../src/model/topology.ts';
import { formatLocation, serviceLocation } from '../../src/ui/client/page-location.ts';
import { browserSuite } from './chromium.ts';
import { sample } from './clusters.ts';
import { cutTexts } from './cut-texts.ts';
import { visit } from './page-driver.ts';
import { servePage } from './served-page.ts';

/** The sample's shop/web, its slices and nodes, changed to an extreme. */
function shaped(change: {
  readonly service?: Partial<Service>;
  readonly nodes?: (nodes: readonly Node[]) => readonly Node[];
  readonly from?: string;
}): { readonly topology: Topology; readonly hash: string } {
  const base = sample();
  const [namespace = '', name = ''] = (change.from ?? 'shop/web').split('/');
  const original = base.service(namespace, name);
  if (!original) throw new Error(`the sample has ${namespace}/${name}`);
  const service = { ...original, ...change.service };
  const nodes = change.nodes?.(base.nodes()) ?? base.nodes();
  const zones = new Map(nodes.map(node => [node.name, node.zone]));
  const slices = base.slices(namespace, name).map(slice => ({
    ...slice,
    namespace: service.namespace,
    serviceName: service.name,
    endpoints: slice.endpoints.map(endpoint => ({ ...endpoint, zone: zones.get(endpoint.nodeName ?? '') ?? null })),
  }));
  const isOwn = (ns: string, n: string) => ns === service.namespace && n === service.name;
  const topology = {
    ...{ nodes: () => nodes, node: (n: string) => nodes.find(node => node.name === n), services: () => [service] },
    service: (ns: string, n: string) => (isOwn(ns, n) ? service : undefined),
    slices: (ns: string, n: string) => (isOwn(ns, n) ? slices : []),
    workloads: () => [],
    namespaceLabels: () => ({}),
  };
  return { topology, hash: formatLocation(serviceLocation(service.namespace, service.name)) };
}

const LABEL = 'a-name-of-sixty-three-letters-that-dns-still-takes-as-one-label';

const SHAPES = {
  'the longest names': shaped({
    from: 'ingress/legacy',
    service: { namespace: LABEL, name: LABEL, annotations: { 'service.kubernetes.io/topology-mode': 'Sometimes' } },
    nodes: nodes =>
      nodes.map(node => ({ ...node, name: `${node.name}.${LABEL}`, zone: node.zone && `${LABEL}-${node.zone}` })),
  }),
  'no node': shaped({ nodes: () => [] }),
  'no port': shaped({ service: { ports: [] } }),
  '5,000 nodes in 40 zones': shaped({
    from: 'ingress/legacy',
    nodes: nodes =>
      Array.from({ length: 5_000 }, (_, i) => {
        const node = nodes[i % nodes.length] as Node;
        const name = i < nodes.length ? node.name : `ip-10-${i >> 8}-${i & 255}-7.eu-central-1.compute.internal`;
        return { ...node, name, zone: `region-1-zone-${i % 40}` };
      }),
  }),
  'many findings': shaped({
    from: 'ingress/legacy',
    service: {
      sessionAffinity: 'ClientIP',
      internalTrafficPolicy: 'Local',
      trafficDistribution: 'PreferClose',
      topologyKeys: ['*'],
      annotations: {
        'service.kubernetes.io/topology-mode': 'auto',
        'service.kubernetes.io/topology-aware-hints': 'AUTO',
        'zonewise.dev/ignore': 'no-such-rule',
        'zonewise.dev/client-nodes': 'pool=none',
      },
    },
  }),
  '60 ports': shaped({
    service: {
      ports: Array.from({ length: 60 }, (_, i) => ({
        ...{ name: `a-port-with-a-name-${i}`, protocol: 'TCP', port: 8000 + i, targetPort: 80, nodePort: 0 },
      })),
    },
  }),
};

browserSuite('a Service with', browser => {
  test.each(Object.keys(SHAPES).flatMap(name => [390, 820, 1440].map(width => [name, width] as const)))(
    '%s is shown without cut texts at %i px',
    async (name, width) => {
      const { topology, hash } = SHAPES[name as keyof typeof SHAPES];
      const served = await servePage(topology);
      await served.complete;
      const { page, go, axe, picture } = await visit(browser(), served.url, { viewport: { width, height: 900 } });
      const file = `${name.replaceAll(/\W+/g, '-')}-${width}`;
      await page.locator('.row-link').waitFor();
      await picture(`list-${file}`);
      expect(await cutTexts(page)).toEqual([]);
      await go(hash);
      await page.locator('.findings').waitFor();
      await picture(`service-${file}`);
      expect(await cutTexts(page)).toEqual([]);
      expect(await axe()).toEqual([]);
    },
  );
});
