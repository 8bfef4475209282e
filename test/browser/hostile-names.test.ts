import { expect, test } from 'vitest';
import type { Topology } from '../../src/model/topology.ts';
import { formatLocation, serviceLocation } from '../../src/ui/client/page-location.ts';
import { browserSuite } from './chromium.ts';
import { sample } from './clusters.ts';
import { visit } from './page-driver.ts';
import { servePage } from './served-page.ts';

const NAME = '<img src=x onerror=alert(1)>';
const MODE = '<b onclick=alert(2)>Auto</b>"&amp;';
const NODE = '<script>alert(3)</script>';
const ZONE = '<svg onload=alert(4)>';

/** API servers reject such names, but a file may contain them. */
function hostile(): Topology {
  const base = sample();
  const web = base.service('shop', 'web');
  if (!web) throw new Error('the sample has shop/web');
  const annotations = { 'service.kubernetes.io/topology-mode': MODE };
  const service = { ...web, namespace: NAME, name: NAME, annotations, trafficDistribution: MODE };
  const slices = base.slices('shop', 'web').map(slice => ({
    ...slice,
    namespace: NAME,
    serviceName: NAME,
    endpoints: slice.endpoints.map((endpoint, i) => (i === 0 ? { ...endpoint, nodeName: NODE, zone: ZONE } : endpoint)),
  }));
  const [first, ...others] = base.nodes();
  const nodes = first ? [{ ...first, name: NODE, zone: ZONE }, ...others] : [];
  return {
    ...base,
    nodes: () => nodes,
    node: name => nodes.find(node => node.name === name),
    services: () => [service],
    service: (namespace, name) => (namespace === NAME && name === NAME ? service : undefined),
    slices: (namespace, name) => (namespace === NAME && name === NAME ? slices : []),
    workloads: () => [],
    namespaceLabels: () => ({}),
  };
}

browserSuite('hostile names', browser => {
  test('show as text in the list, on the Service page, in findings and in the patch', async () => {
    const served = await servePage(hostile());
    await served.complete;
    const { page, go, picture } = await visit(browser(), served.url);
    const link = page.getByRole('link', { name: `${NAME}/${NAME}` });
    await link.click();
    await page.getByRole('heading', { name: `${NAME}/${NAME}` }).waitFor();
    await page.getByText(MODE).first().waitFor();
    await page.locator('.node-name').getByText(NODE).waitFor();
    await page.locator('.cell-note').getByText(ZONE).first().waitFor();
    const fields = { internalTrafficPolicy: 'Local', topologyMode: null };
    const { scenario, ...address } = serviceLocation(NAME, NAME);
    await go(
      formatLocation({ ...address, scenario: { ...scenario, fields, cluster: [{ kind: 'drain', node: NODE }] } }),
    );
    await page.getByText('What would be different').waitFor();
    expect(await page.locator('.differences .command').textContent()).toContain(
      `kubectl patch service '${NAME}' -n '${NAME}'`,
    );
    expect(await page.evaluate(() => document.querySelectorAll('main :is(img, script, b[onclick])').length)).toBe(0);
    expect(await page.title()).toBe(`${NAME}/${NAME} · zonewise`);
    await picture('hostile-names');
  });
});
