import { describe, expect, test } from 'vitest';
import { check } from '../../src/cli/check.ts';
import { KUBE_PROXY } from '../../src/model/data-plane.ts';
import { file, run } from './terminal.ts';

const SERVICE = 'apiVersion: v1\nkind: Service\nmetadata: { name: web, namespace: shop }\n';
const CLEAN = `${SERVICE}spec: { selector: { app: web }, ports: [{ port: 80 }] }\n`;
/** One finding per level in any cluster: an info for a mesh, an unused field, a value that the API server rejects. */
const INFO = `${SERVICE}spec: { clusterIP: None, selector: { app: web }, trafficDistribution: PreferSameZone }\n`;
const WARN = `${SERVICE}spec: { clusterIP: None, selector: { app: web }, internalTrafficPolicy: Local }\n`;
const DENY = `${SERVICE}spec: { selector: { app: web }, ports: [{ port: 80 }], trafficDistribution: Near }\n`;

describe('the exit code depends on findings at --fail-on or above', () => {
  test.each([
    ['nothing', CLEAN, { info: 0, warn: 0, deny: 0, never: 0 }],
    ['an info', INFO, { info: 1, warn: 0, deny: 0, never: 0 }],
    ['a warning', WARN, { info: 1, warn: 1, deny: 0, never: 0 }],
    ['a denial', DENY, { info: 1, warn: 1, deny: 1, never: 0 }],
  ])('%s', async (_what, text, codes) => {
    const path = file(text);
    for (const [level, code] of Object.entries(codes)) {
      expect([level, (await run(check, [path, '--fail-on', level])).exit]).toEqual([level, code]);
    }
    expect((await run(check, [path])).exit, 'deny is the default').toBe(codes.deny);
  });
});

describe('-o json', () => {
  test('has exactly the fields of the contract', async () => {
    const path = file(DENY);
    const { out } = await run(check, [path, '-o', 'json']);
    const report = JSON.parse(out);
    expect(report).toEqual({
      findings: [
        {
          rule: 'unsupported-value',
          level: 'deny',
          message: expect.stringMatching(/"PreferSameNode" \[unsupported-value\]$/),
          object: { kind: 'Service', namespace: 'shop', name: 'web' },
          path: 'spec.trafficDistribution',
          file: path,
          line: 4,
          nodes: [],
          zones: [],
          fix: null,
          introduced: true,
          evidence: expect.objectContaining({ kubernetesVersion: '1.37', dataPlane: 'kube-proxy (assumed)' }),
        },
      ],
      skipped: report.skipped,
      dataPlanes: {
        certainty: 'assumed',
        stated: false,
        evidence: [],
        candidates: [[{ nodes: null, dataPlane: 'kube-proxy', ...KUBE_PROXY }]],
      },
      errors: [],
      summary: { deny: 1, warn: 0, info: 0 },
    });
    const promised = ['rule', 'level', 'message', 'object', 'path', 'file', 'line', 'nodes', 'zones', 'fix'];
    expect(Object.keys(report.findings[0]).slice(0, 10)).toEqual(promised);
    expect(Object.keys(report)).toEqual(['findings', 'skipped', 'dataPlanes', 'errors', 'summary']);
    expect(out.endsWith('}\n')).toBe(true);
  });

  test('holds nodes, zones and the edits of the fix', async () => {
    const args = ['sample/stories.yaml', '--topology', 'sample/cluster.yaml', '-o', 'json'];
    const { findings } = JSON.parse((await run(check, args)).out) as { findings: { object: { name: string } }[] };
    expect(findings.find(({ object }) => object.name === 'otel-agent')).toMatchObject({
      nodes: ['worker-b3', 'worker-c3'],
      zones: [],
      fix: {
        description: expect.any(String),
        edits: expect.arrayContaining([{ path: ['spec', 'trafficDistribution'], value: 'PreferSameNode' }]),
      },
    });
  });

  test('lists skipped rules with the reason', async () => {
    const local = CLEAN.replace('spec: {', 'spec: { internalTrafficPolicy: Local,');
    const { skipped } = JSON.parse((await run(check, [file(local), '-o', 'json'])).out);
    expect(skipped).toContainEqual({
      rule: 'local-policy-uncovered-nodes',
      object: { kind: 'Service', namespace: 'shop', name: 'web' },
      why: 'no Nodes are known: give them with --topology',
    });
  });

  test('is complete without findings', async () => {
    const { out, exit } = await run(check, [file('# nothing\n'), '-o', 'json']);
    expect([JSON.parse(out), exit]).toEqual([
      { findings: [], skipped: [], errors: [], summary: { deny: 0, warn: 0, info: 0 } },
      0,
    ]);
  });
});

describe('-o text', () => {
  test('has one line per finding with file and line, its fix below, and a summary', async () => {
    const path = file(WARN);
    const { out, err } = await run(check, [path]);
    expect([out, err]).toEqual([
      `${path}:4 warn shop/web: internalTrafficPolicy Local has no effect: clients of a headless Service connect to its pods directly [field-not-applicable]\n  fix: remove spec.internalTrafficPolicy\ndata plane: kube-proxy (assumed): no object shows it\n1 Service checked: 1 warning\n`,
      '',
    ]);
  });

  test('has colours on a terminal, and the same text', async () => {
    const path = file(WARN);
    const plain = (await run(check, [path])).out;
    const coloured = (await run(check, [path], { colour: true })).out;
    const escapes = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g');
    expect(plain).not.toMatch(escapes);
    expect(coloured).toMatch(escapes);
    expect(coloured.replace(escapes, '')).toBe(plain);
  });
});

test('flags set the assumptions about the cluster', async () => {
  const auto = SERVICE.replace(
    'namespace: shop',
    'namespace: shop, annotations: { service.kubernetes.io/topology-mode: AUTO }',
  );
  const near = `${SERVICE}spec: { selector: { app: web }, ports: [{ port: 80 }], trafficDistribution: PreferSameZone }\n`;
  expect((await run(check, [file(near), '--kubernetes-version', '1.33'])).exit).toBe(1);
  expect((await run(check, [file(near), '--kubernetes-version', 'v1.34.2'])).exit).toBe(0);
  const config = file(
    'apiVersion: zonewise.dev/v1alpha1\nkind: Config\nrules: { unknown-topology-mode: deny }\n',
    'zonewise.yaml',
  );
  const spec = 'spec: { selector: { app: web }, ports: [{ port: 80 }] }\n';
  expect((await run(check, [file(auto + spec), '--config', config])).exit).toBe(1);
  const { out } = await run(check, [file(near), '--dataplane', 'other', '-o', 'json']);
  expect(JSON.parse(out).findings).toEqual([]);
});
