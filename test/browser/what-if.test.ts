import { expect, test } from 'vitest';
import { browserSuite } from './chromium.ts';
import { sample, topologyFrom } from './clusters.ts';
import { visit } from './page-driver.ts';
import { servePage } from './served-page.ts';

browserSuite('the what-if panel', browser => {
  test('updates diagram, findings and patch after a change, applies a fix, and restores both from a link', async () => {
    const served = await servePage(sample());
    const { page, picture } = await visit(browser(), `${served.url}#/services/monitoring/otel-agent`);
    await page.getByRole('heading', { name: 'monitoring/otel-agent' }).waitFor();
    expect(await page.locator('.loss').count()).toBe(0);

    await page.getByRole('group', { name: 'internalTrafficPolicy' }).getByText('Local').click();
    const differences = page.getByRole('region', { name: 'What would be different' });
    await differences.getByText('2 nodes lose traffic (Pods → ClusterIP): worker-b3, worker-c3').waitFor();
    await differences.getByText('local-policy-uncovered-nodes (warn) appears').waitFor();
    expect(await page.locator('.loss').count()).toBe(2);
    expect(await page.locator('.command').textContent()).toBe(
      `kubectl patch service otel-agent -n monitoring --type=merge -p '{"spec":{"internalTrafficPolicy":"Local"}}'`,
    );
    await picture('what-if-local');

    await page.getByRole('button', { name: 'Try it' }).click();
    await page.getByText('in-zone share of ClusterIP traffic: 32 % → 93 %').waitFor();
    expect(await page.locator('.loss').count()).toBe(0);
    expect(await page.locator('.command').textContent()).toContain(
      `'{"spec":{"trafficDistribution":"PreferSameNode"}}'`,
    );

    await page.waitForURL(url => url.hash.includes('if.trafficDistribution=PreferSameNode'));
    const another = await visit(browser(), page.url());
    await another.page.getByText('in-zone share of ClusterIP traffic: 32 % → 93 %').waitFor();

    await page.getByRole('button', { name: 'Reset' }).click();
    await differences.waitFor({ state: 'detached' });
    expect(await page.locator('.command').count()).toBe(0);
  });

  test('lists endpoints, drained nodes, version and data plane as changes outside the patch', async () => {
    const served = await servePage(sample());
    const { page, picture } = await visit(browser(), `${served.url}#/services/shop/images`);
    await page.getByRole('button', { name: 'One more endpoint in zone-a' }).click();
    await page.getByText('busiest endpoint: ×2.5 → ×1.5 of the average').waitFor();
    await page.getByRole('button', { name: 'Drain worker-b1' }).click();
    await page.getByLabel('Kubernetes').selectOption('1.33');
    await page.getByLabel('Data plane').selectOption('ipvs');
    const took = page.locator('.beyond');
    await took.getByText('the data plane ipvs').waitFor();
    expect(await took.locator('li').allTextContents()).toEqual([
      'the data plane ipvs: a property of the cluster',
      'Kubernetes 1.33: an upgrade or downgrade of the API server and of all nodes',
      '1 more ready endpoint in zone-a: the workload’s replicas and their spread',
      'worker-b1 drained: kubectl drain; where its Pods are rescheduled is not predicted',
    ]);
    await picture('what-if-beyond');
    await page.getByRole('button', { name: 'Do not drain worker-b1' }).click();
    await page.getByText('worker-b1 drained').waitFor({ state: 'detached' });
  });

  test('keeps the scenario while the cluster changes', async () => {
    const served = await servePage(sample());
    const { page } = await visit(browser(), `${served.url}#/services/shop/cart?if.internalTrafficPolicy=Local`);
    await page.getByText('5 nodes lose traffic').waitFor();
    const text = topologyTextWithout('worker-a3');
    served.show(topologyFrom(text));
    await page.getByText('4 nodes lose traffic').waitFor();
    expect(await page.locator('.command').textContent()).toContain('"internalTrafficPolicy":"Local"');
  });
});

/** The sample as JSON, without one Node. */
function topologyTextWithout(node: string): string {
  const topology = sample();
  const meta = (namespace: string, name: string, over: object = {}) => ({ namespace, name, ...over });
  const service = topology.service('shop', 'cart');
  const slice = topology.slices('shop', 'cart')[0];
  const nodes = topology.nodes().filter(({ name }) => name !== node);
  const items = [
    ...nodes.map(({ name, labels, milliCPU }) => ({
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name, labels },
      status: { allocatable: { cpu: `${milliCPU}m` }, conditions: [{ type: 'Ready', status: 'True' }] },
    })),
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: meta('shop', 'cart'),
      spec: { selector: service?.selector, ports: service?.ports, clusterIP: service?.clusterIP },
    },
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: meta('shop', 'cart-1', {
        labels: { 'kubernetes.io/service-name': 'cart', 'endpointslice.kubernetes.io/managed-by': slice?.managedBy },
      }),
      addressType: 'IPv4',
      ports: slice?.ports,
      endpoints: slice?.endpoints.map(({ address, nodeName, zone }) => ({ addresses: [address], nodeName, zone })),
    },
  ];
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
}
