import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { audit } from '../../src/cli/audit.ts';
import { check } from '../../src/cli/check.ts';
import { explain } from '../../src/cli/explain.ts';
import { file, run } from './terminal.ts';

const SAMPLE = ['--topology', 'sample/cluster.yaml'];

describe('explain -o json', () => {
  test('has exactly the fields of the contract', async () => {
    const { exit, out } = await run(explain, ['shop/web', ...SAMPLE, '-o', 'json']);
    expect(exit).toBe(0);
    const { services } = JSON.parse(out);
    expect(services).toHaveLength(1);
    expect(Object.keys(services[0])).toEqual(['namespace', 'name', 'ports']);
    const [port] = services[0].ports;
    expect(port).toMatchObject({ port: 'http', protocol: 'TCP', ipFamily: 'IPv4' });
    expect(port.hints).toEqual({
      source: 'observed',
      zones: { 'zone-a': 2, 'zone-b': 2, 'zone-c': 2 },
      nodes: {},
      absentBecause: null,
    });
    expect(port.nodes).toHaveLength(9);
    expect(port.nodes[0]).toEqual({
      node: 'worker-a1',
      zone: 'zone-a',
      cluster: ['10.244.1.11:8080', '10.244.2.12:8080'],
      local: null,
      reachable: expect.any(Array),
      hasAny: true,
      internal: {
        mode: 'SameZone',
        verdict: 'forward',
        endpoints: ['10.244.1.11:8080', '10.244.2.12:8080'],
        reason: expect.any(String),
      },
      external: null,
      shortCircuit: null,
    });
  });

  test('--all lists every Service, headless ones without ports', async () => {
    const { services } = JSON.parse((await run(explain, ['--all', ...SAMPLE, '-o', 'json'])).out);
    const named = services.map(({ namespace, name }: Record<string, string>) => `${namespace}/${name}`);
    expect(named).toEqual(expect.arrayContaining(['shop/web', 'monitoring/otel-agent', 'data/postgres']));
    expect(services.find(({ name }: { name: string }) => name === 'postgres').ports).toEqual([]);
  });

  test('svc/NAME is a Service of --namespace', async () => {
    const { services } = JSON.parse((await run(explain, ['svc/web', '-n', 'shop', ...SAMPLE, '-o', 'json'])).out);
    expect(services).toMatchObject([{ namespace: 'shop', name: 'web' }]);
  });

  test('-A is --all', async () => {
    const all = await run(explain, ['--all', ...SAMPLE, '-o', 'json']);
    expect(await run(explain, ['-A', ...SAMPLE, '-o', 'json'])).toEqual(all);
  });

  test('--set evaluates a changed Service', async () => {
    const edit = ['--set', 'spec.internalTrafficPolicy=Local'];
    const { services } = JSON.parse((await run(explain, ['shop/cart', ...SAMPLE, ...edit, '-o', 'json'])).out);
    const [port] = services[0].ports;
    const verdicts = port.nodes.map(({ internal }: { internal: { verdict: string } }) => internal.verdict);
    expect(new Set(verdicts)).toEqual(new Set(['forward', 'drop']));
    expect(port.hints.source).toBe('predicted');
  });
});

test('explain --all says that a topology has no Services', async () => {
  const { exit, out } = await run(explain, ['--all', '--topology', file('kind: Node\nmetadata: { name: n1 }\n')]);
  expect([exit, out]).toEqual([0, expect.stringMatching(/^data plane: .*\nno Services\n$/)]);
});

test('explain names every node once in its text', async () => {
  const { out } = await run(explain, ['shop/web', ...SAMPLE]);
  expect(out).toContain('shop/web');
  for (const node of ['worker-a1', 'worker-c3']) expect(out).toContain(node);
});

describe('explain of a large cluster', () => {
  const nodes = Array.from({ length: 500 }, (_, i) => ({
    kind: 'Node',
    metadata: { name: `node-${i}`, labels: { 'topology.kubernetes.io/zone': `zone-${i % 3}` } },
    status: { conditions: [{ type: 'Ready', status: 'True' }], allocatable: { cpu: '4' } },
  }));
  const service = {
    kind: 'Service',
    metadata: { name: 'agent' },
    spec: { clusterIP: '10.96.0.9', ports: [{ port: 80 }], selector: { app: 'agent' }, internalTrafficPolicy: 'Local' },
  };
  const slice = {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: 'agent-1', labels: { 'kubernetes.io/service-name': 'agent' } },
    addressType: 'IPv4',
    ports: [{ name: '', port: 80, protocol: 'TCP' }],
    // 400 nodes have two or three each.
    endpoints: Array.from({ length: 1_000 }, (_, i) => ({
      addresses: [`10.1.${Math.floor(i / 250)}.${i % 250}`],
      nodeName: `node-${i % 400}`,
      zone: 'zone-0',
      conditions: { ready: true },
    })),
  };
  const cluster = () => file(JSON.stringify({ kind: 'List', items: [...nodes, service, slice] }), 'cluster.json');

  test('fits a screen, with the nodes of equal routes on one line', async () => {
    const { out } = await run(explain, ['agent', '--topology', cluster()]);
    const lines = out.split('\n');
    expect(lines.length).toBeLessThan(40);
    expect(lines.filter(line => /^ {4}\d+ nodes /.test(line))).toEqual([
      expect.stringMatching(/^ {4}\d+ nodes DROP, the node has no endpoint .*: node-\d+, .* and \d+ more$/),
      expect.stringMatching(/^ {4}\d+ nodes forward to 2 to 3 endpoints, the node's own endpoints: .* and \d+ more$/),
    ]);
  });

  test('--nodes names every node once, within the width of the terminal', async () => {
    const { out } = await run(explain, ['agent', '--topology', cluster(), '--nodes']);
    const named = out.match(/\bnode-\d+\b/g) ?? [];
    expect(named.length).toBe(500);
    expect(new Set(named).size).toBe(500);
    for (const line of out.split('\n').filter(text => text.includes('node-'))) expect(line.length).toBeLessThan(101);
  });
});

describe('audit', () => {
  test('evaluates every existing Service with its own levels', async () => {
    const { exit, out } = await run(audit, [...SAMPLE, '-o', 'json']);
    const report = JSON.parse(out);
    expect(exit).toBe(0);
    const reported = report.findings.map(
      ({ rule, object }: { rule: string; object: { name: string } }) => `${object.name} ${rule}`,
    );
    expect(reported).toContain('payments unknown-topology-mode');
    expect(report.findings.every(({ message }: { message: string }) => !message.startsWith('this change'))).toBe(true);
    expect(Object.keys(report)).toEqual(['findings', 'skipped', 'dataPlanes', 'errors', 'summary']);
    expect((await run(audit, [...SAMPLE, '--fail-on', 'warn'])).exit).toBe(1);
  });
});

describe('rejects unusable input', () => {
  test.each([
    ['no Service', [], /name a Service as NAMESPACE\/NAME or svc\/NAME, or give --all/],
    ['an unknown Service', ['shop/wep', ...SAMPLE], /no Service shop\/wep in this cluster; did you mean shop\/web\?$/],
    [
      'a Service of another namespace',
      ['web', ...SAMPLE],
      /no Service default\/web in this cluster; there is shop\/web/,
    ],
    ['three names in one', ['a/b/c', ...SAMPLE], /"a\/b\/c" is not a NAMESPACE\/NAME/],
    ['a name and --all', ['shop/web', '--all', ...SAMPLE], /names of Services and --all exclude each other/],
    [
      'a namespace without Services',
      ['--all', '-n', 'shp', ...SAMPLE],
      /no Service in namespace shp; did you mean shop\?$/,
    ],
    ['a namespace alone', ['-n', 'shop', ...SAMPLE], /name a Service as NAMESPACE\/NAME/],
    ['other hints', ['shop/web', ...SAMPLE, '--hints', 'guessed'], /--hints guessed is not known; expected observed/],
    ['another field', ['shop/web', ...SAMPLE, '--set', 'spec.replicas=3'], /spec.replicas/],
    ['an edit without a value', ['shop/web', ...SAMPLE, '--set', 'spec.trafficDistribution'], /--set/],
    ['another format', ['shop/web', ...SAMPLE, '-o', 'sarif'], /-o sarif is not known; expected text or json/],
    ['two clusters', ['shop/web', ...SAMPLE, '--live'], /--live and --topology exclude each other/],
  ])('explain: %s', async (_what, args, message) => {
    const error = await run(explain, args).catch(cause => cause);
    expect(error).toMatchObject({ code: 'unusable-input', message: expect.stringMatching(message) });
  });

  test.each([
    ['an unknown Service', ['shop/wep', ...SAMPLE], /no Service shop\/wep in this cluster; did you mean shop\/web\?$/],
    ['a namespace without Services', ['-n', 'shp', ...SAMPLE], /no Service in namespace shp; did you mean shop\?$/],
    ['a level', [...SAMPLE, '--fail-on', 'error'], /--fail-on error is not known/],
    ['two clusters', [...SAMPLE, '--live'], /--live and --topology exclude each other/],
  ])('audit: %s', async (_what, args, message) => {
    await expect(run(audit, args)).rejects.toThrow(message);
  });
});

describe('rejects input that cannot be evaluated', () => {
  test.each([
    [
      'spec.trafficDistribution=PreferSameNod',
      /--set: the API server refuses spec\.trafficDistribution: Unsupported value/,
    ],
    ['spec.internalTrafficPolicy=local', /--set: the API server refuses spec\.internalTrafficPolicy/],
    ['spec.type=Bogus', /--set: the API server refuses spec\.type/],
  ])('--set %s', async (edit, message) => {
    await expect(run(explain, ['shop/web', ...SAMPLE, '--set', edit])).rejects.toThrow(message);
  });

  test('a topology without objects, as after a failed kubectl', async () => {
    const topology = ['--topology', file('# nothing\n', 'cluster.yaml')];
    const problem = /holds no object; expected Nodes/;
    await expect(run(explain, ['shop/web', ...topology])).rejects.toThrow(problem);
    await expect(run(audit, topology)).rejects.toThrow(problem);
    const checked = await run(check, ['sample/stories.yaml', ...topology]);
    expect(checked).toMatchObject({ exit: 2, err: expect.stringMatching(problem) });
  });

  test('a topology without Services, for an audit of nothing would look like a success', async () => {
    const topology = ['--topology', file('kind: Node\nmetadata: { name: n1 }\n', 'cluster.yaml')];
    await expect(run(audit, topology)).rejects.toThrow('no Service to audit in this cluster');
  });

  test('standard input without an object, as after a failed helm template', async () => {
    const err = 'zonewise: no Kubernetes object on standard input\n';
    for (const stdin of ['', '# nothing\n---\n'])
      expect(await run(check, ['-'], { stdin })).toMatchObject({ exit: 2, err });
    const others = await run(check, ['-', '--ignore-others'], { stdin: 'just: data\n' });
    expect(others).toMatchObject({ exit: 2, err });
    expect(await run(check, ['-'], { stdin: 'kind: ConfigMap\nmetadata: { name: a }\n' })).toMatchObject({
      exit: 0,
      err: '',
    });
  });

  test('a template that is not rendered', async () => {
    const raw = file('kind: Service\nmetadata: { name: web }\nspec: {{ .Values.spec }}\n', 'web.yaml');
    expect(await run(check, [raw])).toMatchObject({
      exit: 2,
      err: expect.stringMatching(/web\.yaml:3: a Helm template/),
    });
  });
});

test('the alternatives of explain do not depend on the key of topology-mode', async () => {
  // Every node has a zone, so that Auto has an effect.
  const zoned = 'kubernetes.io/hostname: worker-c3, topology.kubernetes.io/zone: zone-c';
  const cluster = readFileSync('sample/cluster.yaml', 'utf8').replace('kubernetes.io/hostname: worker-c3', zoned);
  const rows = async (annotation: string): Promise<readonly string[]> => {
    const text = cluster.replace(
      'namespace: shop, name: web }',
      `namespace: shop, name: web, annotations: { ${annotation} } }`,
    );
    const { out } = await run(explain, ['shop/web', '--topology', file(text, 'cluster.yaml'), '--hints', 'predicted']);
    return out.split('\n').filter(line => /^ {4}(Cluster|Local)/.test(line));
  };
  const current = await rows('service.kubernetes.io/topology-mode: Auto');
  expect(current).toHaveLength(5);
  expect(await rows('service.kubernetes.io/topology-aware-hints: Auto')).toEqual(current);
  expect(await rows('service.kubernetes.io/topology-aware-hints: Disabled')).toEqual(current);
});

describe('explain lists the nodes that a scenario takes away, and no route from them', () => {
  test.each([
    [['--zone-down', 'zone-a'], '    3 nodes   are down: worker-a1, worker-a2, worker-a3\n'],
    [['--node-down', 'worker-b1'], '    1 node    is down: worker-b1\n'],
    [['--drain', 'worker-b1'], '    1 node    is drained: worker-b1\n'],
  ])('%j', async (flags, line) => {
    const { out } = await run(explain, ['shop/web', ...SAMPLE, ...flags]);
    expect(out).toContain(line);
    const [away = ''] = /worker-\S\d/.exec(line) ?? [];
    expect(out.split('\n').filter(text => text.includes(`${away}`) && text.includes('forward'))).toEqual([]);
  });
});
