import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { CHART, digestOfSources, MANIFEST, renderChartFiles } from '../../charts/generate.ts';
import { valuesSchema } from '../../charts/values-schema.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { faultsOf } from './metrics-in.ts';

const read = (path: string): string => readFileSync(join(CHART, path), 'utf8');

describe('the files of the chart', () => {
  test.each([...renderChartFiles().keys()].map(path => ({ path })))(
    'include $path as `npm run chart` writes it',
    ({ path }) => {
      expect(readFileSync(path, 'utf8')).toBe(renderChartFiles().get(path));
    },
  );

  test('include a plain manifest rendered from the current chart', () => {
    expect(readFileSync(MANIFEST, 'utf8')).toContain(`# sources: ${digestOfSources()}\n`);
  });

  test('have the same version as image and program', () => {
    const { version, appVersion } = parse(read('Chart.yaml'));
    expect([version, appVersion]).toEqual([packageJson.version, packageJson.version]);
  });

  test('have default values that satisfy the schema', () => {
    const validate = new Ajv({ strict: false, allErrors: true }).compile(valuesSchema());
    validate(parse(read('values.yaml')));
    expect(validate.errors).toBeNull();
  });

  test('include scripts that run on the Node of the image', () => {
    const dockerfile = readFileSync(join(CHART, '../../Dockerfile'), 'utf8');
    expect(dockerfile).toContain('ENTRYPOINT ["/nodejs/bin/node"');
    for (const template of ['templates/cleanup.yaml', 'templates/tests/serves.yaml']) {
      expect(read(template)).toContain('command: [/nodejs/bin/node,');
    }
  });

  test('name no registry', () => {
    const files = readdirSync(CHART, { recursive: true, encoding: 'utf8' }).filter(path =>
      statSync(join(CHART, path)).isFile(),
    );
    const texts = [...files.map(read), readFileSync(MANIFEST, 'utf8')];
    for (const text of texts)
      expect(text).not.toMatch(/\b(docker|ghcr|quay|gcr|registry\.k8s)\.io\b|\bghcr\b|pkg\.dev/);
  });
});

interface Panel {
  readonly type: string;
  readonly title: string;
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[];
}

describe('dashboard and alerts', () => {
  const { panels, templating } = JSON.parse(read('files/dashboard.json')) as {
    panels: readonly Panel[];
    templating: { list: readonly { name: string; query: string }[] };
  };
  const queries = panels.flatMap(({ title, targets = [] }) => targets.map(target => ({ title, ...target })));

  test.each(queries)('use existing metrics in $title: $expr', ({ expr, legendFormat }) => {
    expect(faultsOf(expr, legendFormat)).toEqual([]);
  });

  test('have a query and a unique id in every panel', () => {
    const asking = panels.filter(({ type }) => type !== 'row');
    expect(asking.filter(({ targets = [] }) => targets.length === 0)).toEqual([]);
    const ids = panels.map(panel => (panel as unknown as { id: number }).id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('select the namespace from an existing metric', () => {
    const query = templating.list.find(({ name }) => name === 'namespace')?.query ?? '';
    expect(faultsOf(/label_values\((.*), namespace\)/.exec(query)?.[1] ?? '')).toEqual([]);
  });

  interface Alert {
    readonly alert: string;
    readonly expr: string;
    readonly labels: { readonly severity: string };
    readonly annotations: { readonly summary: string };
  }
  const { groups } = parse(read('files/alerts.yaml')) as { groups: readonly { rules: readonly Alert[] }[] };
  const alerts = groups.flatMap(({ rules }) => rules);

  test.each(alerts)('use existing metrics in $alert and describe the problem', alert => {
    expect(faultsOf(alert.expr)).toEqual([]);
    expect(alert.annotations.summary).toMatch(/^[A-Za-z].*\.$/);
    // No alert pages anybody: Services are admitted even if zonewise fails.
    expect(alert.labels.severity).toBe('warning');
  });

  test('fail the check with a metric or a label that does not exist', () => {
    expect(faultsOf('sum by (rule) (rate(zonewise_nonsense_total[5m]))')).toContain(
      'no metric is called zonewise_nonsense_total',
    );
    expect(faultsOf('sum by (colour) (rate(zonewise_findings_total[5m]))')).toEqual(['no label is called colour']);
    expect(faultsOf('up == 0')).toEqual(['names no metric']);
  });
});
