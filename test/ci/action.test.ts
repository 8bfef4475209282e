import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { ROOT } from '../cli/terminal.ts';
import { runOf, sarifErrors } from '../report/sarif/sarif-schema.ts';
import { ACTION, checkoutOfAction, runAction } from './composite-action.ts';

/** Has a warning on line 7. */
const unused = `kind: Service
metadata:
  name: web
spec:
  ports: [{ port: 80 }]
  internalTrafficPolicy: Local
  trafficDistribution: PreferSameZone
`;
/** Has a denial on line 5. */
const refused = 'kind: Service\nmetadata:\n  name: edge\nspec:\n  externalTrafficPolicy: Local\n';

describe('action.yml', () => {
  const { steps } = ACTION.runs;

  test('is a composite action whose scripts contain no expression: inputs are environment variables', () => {
    expect(ACTION.runs.using).toBe('composite');
    const scripts = steps.filter(({ run }) => run !== undefined);
    expect(scripts.length).toBeGreaterThan(1);
    expect(scripts.map(({ shell }) => shell)).toEqual(scripts.map(() => 'bash'));
    expect(scripts.filter(({ run }) => run?.includes('${{'))).toEqual([]);
  });

  test('pins its actions to commits', () => {
    const used = steps.flatMap(({ uses }) => uses ?? []);
    expect(used).toEqual([expect.stringMatching(/^actions\/setup-node@[0-9a-f]{40}$/)]);
  });

  test('describes and reads every input, and docs/ci.md lists all of them', () => {
    const docs = readFileSync(join(ROOT, 'docs/ci.md'), 'utf8');
    const text = readFileSync(join(ROOT, 'action.yml'), 'utf8');
    for (const [name, { description }] of Object.entries(ACTION.inputs)) {
      expect(description, name).toMatch(/\w/);
      expect(text, name).toContain(`inputs.${name}`);
      expect(docs, name).toContain(`| \`${name}\` |`);
    }
    for (const name of Object.keys(ACTION.outputs)) expect(docs, name).toContain(`\`${name}\``);
  });
});

describe('the steps', () => {
  let checkout = '';
  beforeAll(() => {
    checkout = checkoutOfAction();
  });
  afterAll(() => rmSync(checkout, { recursive: true, force: true }));

  test('install, write SARIF, annotate, summarize, and pass without findings at fail-on', () => {
    const job = runAction(checkout, { paths: 'deploy' }, { 'deploy/web.yaml': unused });
    expect(job).toMatchObject({ exit: 0, err: '' });
    expect(job.out).toMatch(/: npm ci --omit=dev /);
    expect(job.out).toContain(
      '::warning file=deploy/web.yaml,line=7,title=traffic-distribution-unused::trafficDistribution PreferSameZone is unused',
    );
    expect(job.outputs).toEqual({ 'sarif-file': 'zonewise.sarif', errors: '0', warnings: '1', notes: '0' });
    expect(job.summary).toContain('| warning | default/web | trafficDistribution PreferSameZone is unused');
    const sarif = readFileSync(join(job.workspace, 'zonewise.sarif'), 'utf8');
    expect(sarifErrors(JSON.parse(sarif))).toEqual([]);
    expect(runOf(sarif).results).toHaveLength(1);
  });

  test('fail with 1 at fail-on and still write the report', () => {
    const files = { 'a.yaml': unused, 'b c.yaml': refused };
    const job = runAction(
      checkout,
      { paths: 'a.yaml\nb c.yaml\n', 'fail-on': 'warn', 'sarif-file': 'out.sarif' },
      files,
    );
    expect(job.exit).toBe(1);
    expect(job.outputs).toMatchObject({ 'sarif-file': 'out.sarif', errors: '1', warnings: '1' });
    expect(job.out).toContain('::error file=b c.yaml,line=5,title=unsupported-value::');
    expect(runAction(checkout, { paths: 'a.yaml', 'fail-on': 'never' }, files).exit).toBe(0);
  });

  test('accept topology, version, data plane and configuration', () => {
    const files = {
      'web.yaml': unused,
      'zonewise.yaml':
        'apiVersion: zonewise.dev/v1alpha1\nkind: Config\ndataplane: kube-proxy\nrules: { traffic-distribution-unused: deny }\n',
      'cluster.yaml': 'kind: Node\nmetadata: { name: n1 }\n',
      'more.yaml': 'kind: Node\nmetadata: { name: n2 }\n',
    };
    const inputs = { paths: 'web.yaml', topology: 'cluster.yaml\nmore.yaml', config: 'zonewise.yaml' };
    expect(runAction(checkout, inputs, files)).toMatchObject({ exit: 1, outputs: { errors: '1' } });
    const old = runAction(checkout, { ...inputs, 'kubernetes-version': '1.28', dataplane: 'cilium' }, files);
    expect(old.out).toContain('title=field-dropped-by-version::');
    const missing = runAction(checkout, { ...inputs, topology: 'none.yaml' }, files);
    expect(missing).toMatchObject({ exit: 2, summary: '' });
  });

  test('run with the inputs of the workflow in docs/ci.md', () => {
    const [text = ''] = /(?<=```yaml\n)jobs:[\s\S]*?(?=```)/.exec(readFileSync(join(ROOT, 'docs/ci.md'), 'utf8')) ?? [];
    const { jobs } = parse(text) as {
      jobs: { zonewise: { steps: { uses: string; with?: Record<string, string> }[] } };
    };
    const sample = jobs.zonewise.steps.find(({ uses }) => uses.startsWith('OWNER/zonewise@'))?.with ?? {};
    expect(Object.keys(sample).filter(input => !(input in ACTION.inputs))).toEqual([]);
    const files = { 'deploy/web.yaml': 'kind: Service\nmetadata: { name: web }\n', 'edge.yaml': unused };
    const job = runAction(checkout, sample, { ...files, 'cluster.yaml': 'kind: Node\nmetadata: { name: n1 }\n' });
    expect(job).toMatchObject({ exit: 1, outputs: { 'sarif-file': 'zonewise.sarif', warnings: '1' } });
  });

  test('exit with 2, an error message and no report if the input is unusable', () => {
    const job = runAction(checkout, { paths: 'web.yaml' }, { 'web.yaml': 'kind: Service\n' });
    expect(job).toMatchObject({ exit: 2, summary: '', outputs: { 'sarif-file': '' } });
    expect(job.err).toContain('zonewise: web.yaml:1: Service: metadata.name is missing');
    expect(existsSync(join(job.workspace, 'zonewise.sarif'))).toBe(false);
  });

  test.each(['$(touch hacked)', '--live'])('treat %s as a path only', path => {
    const job = runAction(checkout, { paths: path }, { 'web.yaml': unused });
    expect(existsSync(join(job.workspace, 'hacked'))).toBe(false);
    expect(job.err).toContain(`zonewise: ${path}: cannot be read`);
  });

  test('escape names in workflow commands and in the summary', () => {
    const nasty = 'a\n::error::x | <img src=x> [link](http://x) `code` %0A';
    const files = { 'web.yaml': refused.replace('edge', JSON.stringify(nasty)) };
    const job = runAction(checkout, { paths: 'web.yaml' }, files);
    expect(job.out.split('\n').filter(line => line.startsWith('::'))).toHaveLength(1);
    const rows = job.summary.split('\n').filter(line => line.startsWith('| error'));
    expect(rows).toHaveLength(1);
    expect(rows[0]).not.toMatch(/[^\\]<img|[^\\]`code|[^\\]\[link/);
  });

  test('report the absence of findings', () => {
    const job = runAction(checkout, { paths: 'web.yaml' }, { 'web.yaml': 'kind: Service\nmetadata: { name: web }\n' });
    expect(job).toMatchObject({ exit: 0, summary: '### zonewise\n\nNothing to report.\n', outputs: { warnings: '0' } });
  });
});
