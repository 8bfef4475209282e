import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { createCluster } from '../e2e/cluster.ts';
import type { ControlPlane } from '../e2e/control-plane.ts';
import { controlPlaneSuite } from '../e2e/suite.ts';
import { browserSuite } from './chromium.ts';
import { shell, startUi } from './live-page.ts';
import { visit } from './page-driver.ts';

const TRAFFIC = 'apiVersion: v1\nkind: Service\n';
const DEPRECATED = 'service.kubernetes.io/topology-aware-hints';

const SERVICES = {
  agent: `${TRAFFIC}metadata: { name: agent, namespace: shop, annotations: { ${DEPRECATED}: auto } }
spec: { selector: { app: agent }, ports: [{ port: 80 }], trafficDistribution: PreferSameZone }`,
  edge: `${TRAFFIC}metadata: { name: edge, namespace: shop }
spec: { type: LoadBalancer, selector: { app: agent }, ports: [{ port: 80 }], externalTrafficPolicy: Local }`,
};

const SPREAD = `apiVersion: apps/v1
kind: Deployment
metadata: { name: spread, namespace: shop }
spec:
  replicas: 8
  selector: { matchLabels: { app: spread } }
  template:
    metadata: { labels: { app: spread } }
    spec: { containers: [{ name: spread, image: registry.example.com/spread }] }
---
${TRAFFIC}metadata: { name: spread, namespace: shop }
spec: { selector: { app: spread }, ports: [{ port: 80 }] }`;

/** The controls to press, and the resulting fields in the API server. */
const PATCH_ROUNDS = [
  {
    service: 'agent',
    press: [
      ['internalTrafficPolicy', 'Local'],
      ['trafficDistribution', 'none'],
      ['topology-mode annotation', 'none'],
    ],
    stored: { internalTrafficPolicy: 'Local', trafficDistribution: undefined, mode: undefined },
  },
  {
    service: 'agent',
    press: [
      ['internalTrafficPolicy', 'Cluster'],
      ['topology-mode annotation', 'Auto'],
    ],
    stored: { internalTrafficPolicy: 'Cluster', trafficDistribution: undefined, mode: 'Auto' },
  },
  {
    service: 'edge',
    press: [
      ['externalTrafficPolicy', 'Cluster'],
      ['trafficDistribution', 'PreferSameNode'],
    ],
    stored: { externalTrafficPolicy: 'Cluster', trafficDistribution: 'PreferSameNode' },
  },
  {
    service: 'edge',
    press: [['externalTrafficPolicy', 'Local']],
    stored: { externalTrafficPolicy: 'Local', trafficDistribution: 'PreferSameNode' },
  },
] as const;

await controlPlaneSuite({ what: 'browser: patches against a real API server', title: 'a live cluster' }, plane => {
  beforeAll(() => furnish(plane()));

  browserSuite('patches of a scenario', browser => {
    test('are accepted by the API server, and the UI follows', async () => {
      const url = await startUi(plane());
      const { page, go, picture } = await visit(browser(), url, { permissions: ['clipboard-read', 'clipboard-write'] });
      for (const { service, press, stored } of PATCH_ROUNDS) {
        await go(`#/services/shop/${service}`);
        await page.getByRole('heading', { name: `shop/${service}` }).waitFor();
        for (const [field, value] of press) {
          await page.getByRole('group', { name: field }).getByText(value, { exact: true }).click();
        }
        await page.locator('.differences').getByRole('button', { name: 'Copy' }).click();
        await page.locator('.differences').getByText('Copied.').waitFor();
        const command = await page.evaluate(() => navigator.clipboard.readText());
        expect(await page.locator('.differences .command').textContent()).toBe(command);
        const { code, stderr } = await shell(plane(), command);
        expect([code, stderr], command).toEqual([0, '']);
        expect(await read(plane(), service)).toMatchObject(stored);
        // The scenario equals the cluster now, so the UI shows no difference.
        await page.getByText('Change a setting').waitFor();
        await shows(page, press);
      }
      await picture('live-after-patch');
    });

    test('of the advice is accepted too, from the workloads that the page reads, and then there is nothing to change', async () => {
      const url = await startUi(plane());
      const { page } = await visit(browser(), `${url}#/services/shop/spread`);
      const advice = page.getByRole('region', { name: 'Advice' });
      await advice.getByText('change to Cluster + PreferSameZone').waitFor();
      await advice.getByText('deployment/spread keeps its number of Pods').waitFor({ state: 'attached' });
      const command = await advice.locator('.command').first().textContent();
      const { code, stderr } = await shell(plane(), command ?? '');
      expect([code, stderr], command ?? '').toEqual([0, '']);
      await advice.getByText('keep Cluster + PreferSameZone').waitFor();
    });
  });
});

async function furnish({ api, kubectl }: ControlPlane): Promise<void> {
  const cluster = createCluster(api);
  await cluster.addNamespace('shop');
  for (const name of ['a1', 'a2', 'b1', 'c1']) await cluster.addNode({ name, zone: `zone-${name[0]}` });
  for (const manifest of [...Object.values(SERVICES), SPREAD]) {
    const { code, stderr } = await kubectl(['apply', '-f', '-'], manifest);
    expect(code, stderr).toBe(0);
  }
  for (const node of ['a1', 'b1', 'c1']) {
    await cluster.addPod({ namespace: 'shop', name: `agent-${node}`, app: 'agent', node });
  }
  await cluster.endpointsOn({ namespace: 'shop', name: 'agent' }, ['a1', 'b1', 'c1']);
  const nodes = ['a1', 'a1', 'a2', 'a2', 'b1', 'b1', 'c1', 'c1'];
  for (const [i, node] of nodes.entries()) {
    await cluster.addPod({ namespace: 'shop', name: `spread-${i}`, app: 'spread', node });
  }
  await cluster.endpointsOn({ namespace: 'shop', name: 'spread' }, nodes);
}

interface Stored {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
  readonly spec: Readonly<Record<string, unknown>>;
}

async function read(plane: ControlPlane, service: string): Promise<object> {
  const { metadata, spec } = (await plane.api.get(`/api/v1/namespaces/shop/services/${service}`)) as Stored;
  const { internalTrafficPolicy, externalTrafficPolicy, trafficDistribution } = spec;
  const mode = metadata.annotations?.[DEPRECATED] ?? metadata.annotations?.['service.kubernetes.io/topology-mode'];
  return { internalTrafficPolicy, externalTrafficPolicy, trafficDistribution, mode };
}

/** The controls keep their positions, and these are the current values. */
async function shows(page: Page, pressed: readonly (readonly [field: string, value: string])[]): Promise<void> {
  for (const [field, value] of pressed) {
    await page
      .getByRole('group', { name: field })
      .getByRole('radio', { name: `${value} now`, checked: true })
      .waitFor();
  }
}
