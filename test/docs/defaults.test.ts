import { expect, test } from 'vitest';
import { CONFIG_EXAMPLE } from '../../scripts/generate-config-reference.ts';
import { respondWithDefaults } from '../../src/admission/respond.ts';
import { parseConfig } from '../../src/config/config.ts';
import { type AppliedDefault, defaultsFor } from '../../src/defaults/defaults.ts';
import { matchesSubject } from '../../src/engine/policy.ts';
import { applyApiDefaults } from '../../src/model/api-defaults.ts';
import { projectService } from '../../src/model/projection.ts';
import type { Service } from '../../src/model/service.ts';
import { read } from './pages.ts';

const PAGE = read('docs/defaults.md');
const { policy } = parseConfig(read(CONFIG_EXAMPLE), CONFIG_EXAMPLE);

/** Created Services, as the table of the page describes them. */
const CREATED: Readonly<Record<string, Service>> = {
  '`shop-eu/web`, a ClusterIP Service without traffic fields': service('shop-eu', {}),
  'the same with `trafficDistribution: PreferSameNode`': service('shop-eu', { trafficDistribution: 'PreferSameNode' }),
  'the same with the annotation `service.kubernetes.io/topology-mode: Auto`': service(
    'shop-eu',
    {},
    { 'service.kubernetes.io/topology-mode': 'Auto' },
  ),
  '`shop-eu/db`, headless': service('shop-eu', { clusterIP: 'None' }),
  '`shop-eu/shop`, a LoadBalancer': service('shop-eu', { type: 'LoadBalancer' }),
  '`ingress/edge`, a LoadBalancer': service('ingress', { type: 'LoadBalancer' }),
  '`ingress/metrics`, a ClusterIP': service('ingress', {}),
};

test('defaulting the examples of docs/defaults.md has the documented result', () => {
  const [, table = ''] = PAGE.split('| an author creates | becomes |\n|---|---|\n');
  const rows = [...table.matchAll(/^\| (.*?) \| (.*?) \|$/gm)].map(([, created = '', becomes = '']) => [
    created,
    becomes,
  ]);
  expect(rows.map(([created]) => created)).toEqual(Object.keys(CREATED));
  for (const [created = '', becomes] of rows) {
    const given = CREATED[created];
    const [done] = given ? fill(given, 37) : [];
    if (done) expect(becomes).toContain(`\`${done.field}: ${done.value}\``);
    else expect(becomes).toMatch(/^unchanged/);
  }
});

test('defaulting the first example on 1.33 sets nothing', () => {
  expect(fill(service('shop-eu', {}), 33)).toEqual([]);
});

test('the page shows the warning of the webhook', () => {
  const web = service('shop-eu', {});
  const [warning] = respondWithDefaults('uid', web, fill(web, 37)).response.warnings ?? [];
  expect(PAGE).toContain(`\nWarning: ${warning}\nservice/web created\n`);
});

function service(namespace: string, spec: object, annotations: Readonly<Record<string, string>> = {}): Service {
  const raw = { metadata: { name: 'web', namespace, annotations }, spec: { ports: [{ port: 80 }], ...spec } };
  return applyApiDefaults(projectService(raw));
}

function fill(given: Service, minor: number): readonly AppliedDefault[] {
  const blocks = policy.defaults.filter(({ match }) => matchesSubject(match, { service: given, namespaceLabels: {} }));
  return defaultsFor(given, blocks, { minor });
}
