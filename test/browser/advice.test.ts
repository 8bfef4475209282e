import { expect, test } from 'vitest';
import type { Topology } from '../../src/model/topology.ts';
import { browserSuite } from './chromium.ts';
import { sample } from './clusters.ts';
import { visit } from './page-driver.ts';
import { servePage } from './served-page.ts';

browserSuite('the advice panel', browser => {
  const open = async (topology: Topology, hash: string) => {
    const served = await servePage(topology);
    const visitor = await visit(browser(), served.url + hash, { permissions: ['clipboard-read', 'clipboard-write'] });
    return { ...visitor, advice: visitor.page.getByRole('region', { name: 'Advice' }) };
  };

  test('shows what the command advises, with a patch to copy, and each figure in the diagram', async () => {
    const { page, advice, picture } = await open(sample(), '#/services/shop/web');
    await advice.getByText('change to Cluster').waitFor();
    await advice.getByText('29 % in its zone when the Pod 10.244.1.11 is gone').first().waitFor();
    const patch = `kubectl patch service web -n shop --type=merge -p '{"spec":{"trafficDistribution":null}}'`;
    expect(await advice.locator('.command').first().textContent()).toBe(patch);
    await advice.getByRole('button', { name: 'Copy' }).first().click();
    await advice.getByText('Copied.').waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(patch);

    await advice.getByText('3 settings not advised, better with a change of its workload').click();
    await advice.getByText('Local: loses 33 % of the traffic today').first().waitFor();
    await advice.getByText('9 Pods spread evenly over the zones').waitFor();
    expect(await advice.locator('.command').allTextContents()).toEqual([
      patch,
      expect.stringContaining('kubectl patch deployment web'),
      expect.stringContaining('kubectl patch horizontalpodautoscaler web'),
    ]);
    await picture('advice');

    const show = advice.getByRole('button', { name: 'Show Cluster + PreferSameZone: the busiest endpoint gets 2.1' });
    await show.click();
    const differences = page.getByRole('region', { name: 'What would be different' });
    await differences.getByText('busiest endpoint: ×1.3 → ×2.1 of the average').waitFor();
    await page.waitForURL(url => url.hash.includes('if.pod-lost=10.244.1.11'));
    expect(await show.getAttribute('aria-pressed')).toBe('true');
    await show.click();
    await differences.waitFor({ state: 'detached' });
  });

  test('says that there is nothing to change, or what is missing', async () => {
    const { page, advice, go } = await open(sample(), '#/services/monitoring/otel-agent');
    await advice.getByText('keep Cluster').waitFor();
    expect(await advice.locator('.command').count()).toBe(0);
    await go('#/services/ingress/legacy');
    await page.getByRole('heading', { name: 'ingress/legacy' }).waitFor();
    await advice.getByText('no advice: too little is known').waitFor();
    await advice.getByText('the workload of its Pods is not known').waitFor();
    await go('#/services/shop/newsletter');
    await advice.getByText('it is an ExternalName, which has no endpoints').waitFor();
  });

  test('follows the cluster, and not the scenario', async () => {
    const served = await servePage(sample());
    const { page } = await visit(browser(), `${served.url}#/services/shop/cart?if.internalTrafficPolicy=Local`);
    const advice = page.getByRole('region', { name: 'Advice' });
    await advice.getByText('change to Cluster + PreferSameZone').waitFor();
    const base = sample();
    const cart = base.service('shop', 'cart');
    if (!cart) throw new Error('the sample has shop/cart');
    const service = { ...cart, trafficDistribution: 'PreferSameZone' };
    served.show({ ...base, ...topologyOf(base), service: () => service, services: () => [service] });
    await advice.getByText('keep Cluster + PreferSameZone').waitFor();
  });

  test('leaves the page usable while it takes its time: a worker computes it, and ends when the Service is left', async () => {
    const { page, advice } = await open(huge(), '#/services/shop/web');
    await advice.waitFor();
    await expect.poll(() => page.workers().length, { timeout: 20_000 }).toBe(1);
    await page.getByRole('group', { name: 'internalTrafficPolicy' }).getByText('Local').click();
    await page.getByRole('region', { name: 'What would be different' }).waitFor();
    expect(page.workers()).toHaveLength(1);
    await page.getByRole('link', { name: 'All Services' }).click();
    await page.getByRole('link', { name: 'shop/web' }).waitFor();
    // A browser gives a busy worker some seconds to end.
    await expect.poll(() => page.workers().length, { timeout: 20_000 }).toBe(0);
  });
});

/** The methods of an instance as properties. */
function topologyOf(topology: Topology): Topology {
  return {
    nodes: () => topology.nodes(),
    node: name => topology.node(name),
    services: () => topology.services(),
    service: (namespace, name) => topology.service(namespace, name),
    slices: (namespace, name) => topology.slices(namespace, name),
    workloads: namespace => topology.workloads(namespace),
    namespaceLabels: namespace => topology.namespaceLabels(namespace),
  };
}

const SIZE = 5_000;

/** shop/web with 5,000 endpoints, most different, on 5,000 nodes. */
function huge(): Topology {
  const base = sample();
  const [web, workload] = [base.service('shop', 'web'), base.workloads('shop').find(({ name }) => name === 'web')];
  const [slice] = base.slices('shop', 'web');
  const [endpoint, node] = [slice?.endpoints[0], base.nodes()[0]];
  if (!web || !workload || !slice || !endpoint || !node) throw new Error('the sample has what is multiplied here');
  const nodes = Array.from({ length: SIZE }, (_, i) => ({
    ...node,
    name: `node-${i}`,
    zone: `zone-${i % 3}`,
    milliCPU: 1000 * (1 + ((i * 7919) % 61)),
  }));
  const endpoints = nodes.map((_, i) => {
    const on = nodes[(i * i * 31 + i * 17) % SIZE] ?? node;
    return { ...endpoint, address: `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`, nodeName: on.name, zone: on.zone };
  });
  const slices = [0, 1, 2, 3, 4].map(i => {
    return { ...slice, name: `web-${i}`, endpoints: endpoints.slice(i * 1000, (i + 1) * 1000) };
  });
  const byName = new Map(nodes.map(each => [each.name, each]));
  const autoscaler = { name: 'web', minReplicas: 500, maxReplicas: SIZE, cpuUtilization: null };
  const workloads = [{ ...workload, replicas: SIZE, autoscaler }];
  return {
    nodes: () => nodes,
    node: name => byName.get(name),
    services: () => [web],
    service: (namespace, name) => (`${namespace}/${name}` === 'shop/web' ? web : undefined),
    slices: () => slices,
    workloads: () => workloads,
    namespaceLabels: () => ({}),
  };
}
