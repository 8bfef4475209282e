import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { CHART } from '../../charts/generate.ts';
import { folder, ROOT } from '../cli/terminal.ts';
import { announceSkipped } from '../e2e/assets.ts';
import { runOf, sarifErrors } from '../report/sarif/sarif-schema.ts';
import { findHelm } from './helm.ts';

const found = await findHelm({ build: false });
if (found.kind === 'missing') announceSkipped('helm template | zonewise check - (test/chart/piped.test.ts)', found.why);
const helm = found.kind === 'ready' ? found.path : '';

/** `helm template CHART | zonewise check - ARGS`, with a real pipe between two processes. */
async function piped(
  chart: string,
  args: readonly string[],
): Promise<{ exit: number | null; out: string; err: string }> {
  const template = spawn(helm, ['template', 'shop', chart], { stdio: ['ignore', 'pipe', 'inherit'] });
  const check = spawn(process.execPath, [join(ROOT, 'src/main.ts'), 'check', '-', ...args], {
    stdio: [template.stdout, 'pipe', 'pipe'],
  });
  const exit = new Promise<number | null>(resolve => check.once('close', resolve));
  const [out, err] = await Promise.all([text(check.stdout), text(check.stderr)]);
  return { exit: await exit, out, err };
}

const SHOP = {
  'Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 0.1.0\n',
  'values.yaml': 'policy: Local\nextra: false\n',
  'templates/empty.yaml': '{{- if .Values.extra }}\nkind: ConfigMap\n{{- end }}\n',
  'templates/web.yaml': `# A comment of the author
apiVersion: v1
kind: Service
metadata:
  name: {{ .Release.Name }}-web
spec:
  selector: { app: web }
  ports: [{ port: 80 }]
  internalTrafficPolicy: {{ .Values.policy }}
  trafficDistribution: PreferSameZone
---
apiVersion: v1
kind: Service
metadata: { name: db }
spec:
  clusterIP: None
  externalTrafficPolicy: Local
`,
};

describe.skipIf(found.kind === 'missing')('helm template | zonewise check -', () => {
  test('evaluates the Services of the zonewise chart and reports no warning', async () => {
    const { exit, out, err } = await piped(CHART, ['--fail-on', 'warn']);
    expect({ exit, err }).toEqual({ exit: 0, err: '' });
    expect(out).toMatch(/\d+ Services? checked: nothing to report\n$/);
    expect(out).not.toContain('no Services');
  });

  test("reports line numbers of Helm's output", async () => {
    const chart = folder(SHOP);
    const printed = await text(spawn(helm, ['template', 'shop', chart]).stdout);
    const { exit, out } = await piped(chart, ['-o', 'json']);
    expect(exit).toBe(1);
    const { findings } = JSON.parse(out) as { findings: { rule: string; path: string; file: string; line: number }[] };
    const line = (field: string) => printed.split('\n').findIndex(one => one.includes(field)) + 1;
    expect(findings.map(({ rule, file, line }) => [rule, `${file}:${line}`])).toEqual([
      ['traffic-distribution-unused', `-:${line('trafficDistribution')}`],
      ['unsupported-value', `-:${line('externalTrafficPolicy')}`],
    ]);
  });

  test("prints valid SARIF with fixes for Helm's output", async () => {
    const { out } = await piped(folder(SHOP), ['-o', 'sarif', '--fail-on', 'never']);
    expect(sarifErrors(JSON.parse(out))).toEqual([]);
    expect(
      runOf(out).results.map(({ locations: [{ physicalLocation }] }) => physicalLocation?.artifactLocation.uri),
    ).toEqual(['stdin', 'stdin']);
  });
});
