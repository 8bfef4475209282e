import { spawnSync } from 'node:child_process';
import { readFileSync, symlinkSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { folder, ROOT } from '../cli/terminal.ts';
import { blocks, read } from '../docs/pages.ts';
import { junitCases } from '../report/junit/junit-schema.ts';

const [PIPELINE = ''] = blocks(read('docs/ci.md'), 'groovy');
const STEPS = [...PIPELINE.matchAll(/\bsh '([^']+)'/g)].map(([, script]) => script ?? '');

/** Runs a step as Jenkins does on Linux: `sh -xe`, in the workspace. */
function runStep(script: string, files: Readonly<Record<string, string>>) {
  const workspace = folder(files);
  const tools = folder({});
  symlinkSync(join(ROOT, 'bin/kubectl-zonewise'), join(tools, 'zonewise'));
  const path = [tools, dirname(process.execPath), process.env['PATH']].join(delimiter);
  const { status } = spawnSync('sh', ['-xe', '-c', script], { cwd: workspace, encoding: 'utf8', env: { PATH: path } });
  return { status, report: readFileSync(join(workspace, 'zonewise.xml'), 'utf8') };
}

const service = (fields: string) => `kind: Service
metadata: { name: web }
spec: { ports: [{ port: 80 }], ${fields} }
`;
const CLUSTER = 'kind: Node\nmetadata: { name: n1 }\n';

test('the step of the Jenkinsfile writes a JUnit report, and fails if a case of it does', () => {
  expect(STEPS).toHaveLength(1);
  const [script = ''] = STEPS;
  const unused = 'internalTrafficPolicy: Local, trafficDistribution: PreferSameZone';
  const bad = runStep(script, { 'deploy/web.yaml': service(unused), 'cluster.yaml': CLUSTER });
  expect(bad.status).toBe(1);
  expect(junitCases(bad.report)).toMatchObject([
    { name: 'default/web', failure: expect.stringContaining('[traffic-distribution-unused]') },
  ]);
  const good = runStep(script, { 'deploy/web.yaml': service('type: ClusterIP'), 'cluster.yaml': CLUSTER });
  expect(good.status).toBe(0);
  expect(junitCases(good.report)).toMatchObject([{ name: 'default/web', failure: null }]);
});

test('the report that the pipeline publishes is the one that the step writes, also after a failure', () => {
  const [, published] = /post \{ always \{ junit '([^']+)' \} \}/.exec(PIPELINE) ?? [];
  expect(STEPS[0]).toMatch(new RegExp(`> ${published}$`));
});
