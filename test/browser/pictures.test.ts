import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import type { Node } from '../../src/model/node.ts';
import type { Topology } from '../../src/model/topology.ts';
import { clientNodes, DEFAULT_CLIENT_NODES } from '../../src/topology/client-nodes.ts';
import type { PortExplanation } from '../../src/topology/explain.ts';
import { explainService } from '../../src/topology/explain.ts';
import { NodeSet } from '../../src/topology/node-set.ts';
import { formatLocation, serviceLocation } from '../../src/ui/client/page-location.ts';
import { browserSuite } from './chromium.ts';
import { sample, vector } from './clusters.ts';
import { visit } from './page-driver.ts';
import { FACTS, servePage } from './served-page.ts';

/**
 * Flows and losses, drawn or expected: `zone-a > zone-b` and `zone-a drop`, in hundredths of a percent of the traffic.
 */
type Drawn = Readonly<Record<string, number>>;

browserSuite('the diagram shows the flows of explain', browser => {
  test.each([
    ['the sample', sample(), 13],
    ['a cluster with the hints of the controller', vector('controller-101'), 20],
    ['a cluster with any hints', vector('random-201'), 20],
  ] as const)('of every Service and port of %s', async (_, topology, least) => {
    const served = await servePage(topology);
    const { page, go } = await visit(browser(), served.url);
    const clients = clientNodes(new NodeSet(topology.nodes()), DEFAULT_CLIENT_NODES, FACTS.now).nodes.nodes;
    let pictures = 0;
    for (const { namespace, name } of topology.services()) {
      const service = topology.service(namespace, name);
      if (!service) continue;
      const slices = topology.slices(namespace, name);
      const { ports } = explainService({ service, slices, nodes: topology.nodes(), facts: FACTS, hints: 'observed' });
      for (const port of ports) {
        const at = { port: port.port, family: port.ipFamily, trafficClass: 'internal' } as const;
        const address = { ...serviceLocation(namespace, name), ...at };
        await go(formatLocation(address));
        await page.waitForSelector(`[data-shows="${namespace}/${name} ${port.port} ${port.ipFamily} internal"]`);
        expect(await drawn(page), `${namespace}/${name} ${port.port} ${port.ipFamily}`).toEqual(
          expected(port, clients, topology),
        );
        pictures++;
      }
    }
    expect(pictures).toBeGreaterThanOrEqual(least);
  });
});

function drawn(page: Page): Promise<Drawn> {
  return page.evaluate(() => {
    const sums: Record<string, number> = {};
    for (const ribbon of document.querySelectorAll<SVGElement>('.picture .flow, .picture .loss')) {
      const { from = '', to, verdict, share } = ribbon.dataset;
      const key = to === undefined ? `${from} ${verdict}` : `${from} > ${to}`;
      sums[key] = (sums[key] ?? 0) + Number(share);
    }
    return Object.fromEntries(
      Object.entries(sums)
        .map(([key, share]) => [key, Math.round(share * 10_000)] as const)
        .sort(),
    );
  });
}

/** The expected flows, from the routes in `explain -o json`. */
function expected(port: PortExplanation, clients: readonly Node[], topology: Topology): Drawn {
  const zones = new Map<string, string | null>();
  for (const service of topology.services()) {
    for (const slice of topology.slices(service.namespace, service.name)) {
      for (const { address, zone } of slice.endpoints) zones.set(address, zone);
    }
  }
  const cpu = clients.reduce((sum, node) => sum + node.milliCPU, 0);
  const sums: Record<string, number> = {};
  const add = (key: string, share: number) => {
    sums[key] = (sums[key] ?? 0) + share;
  };
  for (const node of clients) {
    const weight = cpu > 0 ? node.milliCPU / cpu : 1 / clients.length;
    const route = port.nodes.find(explained => explained.node === node.name)?.internal;
    if (!route) throw new Error(`explain says nothing of ${node.name}`);
    if (route.verdict !== 'forward') add(`${keyOf(node.zone)} ${route.verdict}`, weight);
    for (const endpoint of route.verdict === 'forward' ? route.endpoints : []) {
      const zone = zones.get(endpoint.replace(/^\[?(.*?)\]?:\d+$/, '$1')) ?? null;
      add(`${keyOf(node.zone)} > ${keyOf(zone)}`, weight / route.endpoints.length);
    }
  }
  return Object.fromEntries(
    Object.entries(sums)
      .map(([key, share]) => [key, Math.round(share * 10_000)] as const)
      .sort(),
  );
}

function keyOf(zone: string | null): string {
  return zone === null ? 'none' : `zone:${zone}`;
}
