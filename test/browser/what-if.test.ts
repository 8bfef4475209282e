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
    expect(await page.locator('.differences .command').textContent()).toBe(
      `kubectl patch service otel-agent -n monitoring --type=merge -p '{"spec":{"internalTrafficPolicy":"Local"}}'`,
    );
    await picture('what-if-local');

    await page.getByRole('button', { name: 'Try it' }).click();
    await page.getByText('in-zone share of ClusterIP traffic: 32 % → 93 %').waitFor();
    expect(await page.locator('.loss').count()).toBe(0);
    expect(await page.locator('.differences .command').textContent()).toContain(
      `'{"spec":{"trafficDistribution":"PreferSameNode"}}'`,
    );

    await page.waitForURL(url => url.hash.includes('if.trafficDistribution=PreferSameNode'));
    const another = await visit(browser(), page.url());
    await another.page.getByText('in-zone share of ClusterIP traffic: 32 % → 93 %').waitFor();

    await page.getByRole('button', { name: 'Reset' }).click();
    await differences.waitFor({ state: 'detached' });
    expect(await page.locator('.differences .command').count()).toBe(0);
  });

  test('lists Pods, nodes, version and data plane as changes outside the patch', async () => {
    const served = await servePage(sample());
    const { page, picture } = await visit(browser(), `${served.url}#/services/shop/images`);
    await page.getByRole('button', { name: 'Drain worker-b1' }).click();
    await page.getByLabel('Kubernetes').selectOption('1.33');
    await page.getByLabel('Data plane').selectOption('ipvs');
    await page.getByRole('button', { name: 'One Pod more of deployment/images' }).click();
    const took = page.locator('.beyond');
    await took.getByText('the data plane ipvs').waitFor();
    await took.getByText('deployment/images has').waitFor();
    expect(await took.locator('li').allTextContents()).toEqual([
      'the data plane ipvs: a property of the cluster',
      'Kubernetes 1.33: an upgrade or downgrade of the API server and of all nodes',
      'worker-b1 is drained: kubectl drain',
      'deployment/images has 7 Pods: kubectl scale, or the bounds of its autoscaler',
    ]);
    await page.getByText('not known:').first().waitFor();
    await picture('what-if-beyond');
    await page.getByRole('button', { name: 'Undo: worker-b1 is drained' }).click();
    await took.getByText('worker-b1 is drained').waitFor({ state: 'detached' });
  });

  test('changes the number of Pods, and says what is assumed', async () => {
    const served = await servePage(sample());
    const { page } = await visit(browser(), `${served.url}#/services/shop/web`);
    const fewer = page.getByRole('button', { name: 'One Pod fewer of deployment/web' });
    const more = page.getByRole('button', { name: 'One Pod more of deployment/web' });
    const count = page.getByRole('spinbutton', { name: 'Pods of deployment/web' });
    await fewer.click();
    await expect.poll(() => count.inputValue()).toBe('5');
    await count.fill('2');
    await page.getByText('which 4 Pods of deployment/web go is not known; shown is the most uneven case').waitFor();
    await page.waitForURL(url => url.hash.includes('if.scale=deployment%2Fweb%3D2'));
    await count.fill('5');
    await page.getByText('which 1 Pod of deployment/web goes is not known').waitFor();
    await more.click();
    await page.getByText('Change a setting').waitFor();
  });

  test('takes a zone, a node or a Pod away, adds a node, rolls out, and restores all of it from a link', async () => {
    const served = await servePage(sample());
    const { page, axe } = await visit(browser(), `${served.url}#/services/shop/web`);
    const add = async (kind: string, subject: string, name: string) => {
      await page.getByLabel('In the cluster').selectOption(kind);
      await page.getByLabel(subject, { exact: true }).fill(name);
      await page.getByRole('button', { name: 'Add', exact: true }).click();
    };
    await page.getByLabel('Zone', { exact: true }).fill('no-such-zone');
    expect(await page.getByRole('button', { name: 'Add', exact: true }).isDisabled()).toBe(true);
    await add('A zone is down', 'Zone', 'zone-b');
    await page.getByText('hints: zone-a 2, zone-b 2, zone-c 2 → zone-a 2, zone-c 2').waitFor();
    await add('A node is down', 'Node', 'worker-a1');
    await add('A Pod is lost', 'Address', '10.244.2.12');
    await add('One more node like', 'Node', 'worker-c1');
    await add('A rollout', 'Workload', 'deployment/web');
    const texts = [
      'zone-b is down',
      'worker-a1 is down',
      'the Pod 10.244.2.12 is gone',
      'there is one more node like worker-c1',
      'a rollout of deployment/web',
    ];
    await page.locator('.chip-text').getByText('a rollout of deployment/web').waitFor();
    expect(await page.locator('.chip-text').allTextContents()).toEqual(texts);
    await page.locator('.node-name').getByText('worker-c1-added-1').waitFor();
    expect(await axe()).toEqual([]);

    await page.waitForURL(url => url.hash.includes('if.rollout='));
    const another = await visit(browser(), page.url());
    await another.page.getByText('What would be different').waitFor();
    expect(await another.page.locator('.chip-text').allTextContents()).toEqual(texts);
    expect(await another.page.locator('.difference-lines').textContent()).toBe(
      await page.locator('.difference-lines').textContent(),
    );
  });

  test('keeps the scenario while the cluster changes', async () => {
    const served = await servePage(sample());
    const { page } = await visit(browser(), `${served.url}#/services/shop/cart?if.internalTrafficPolicy=Local`);
    await page.getByText('5 nodes lose traffic').waitFor();
    const text = topologyTextWithout('worker-a3');
    served.show(topologyFrom(text));
    await page.getByText('4 nodes lose traffic').waitFor();
    expect(await page.locator('.differences .command').textContent()).toContain('"internalTrafficPolicy":"Local"');
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
