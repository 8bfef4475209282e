import { describe, expect, test } from 'vitest';
import { audit } from '../../src/cli/audit.ts';
import { check } from '../../src/cli/check.ts';
import { SAMPLE_CLUSTER } from '../../src/cli/sample.ts';
import { file, run } from './terminal.ts';

const SAMPLE = ['--topology', SAMPLE_CLUSTER];
const PAYMENTS = `kind: Service
apiVersion: v1
metadata: { namespace: shop, name: payments }
spec: { selector: { app: payments }, ports: [{ name: http, port: 80, targetPort: 8080 }], internalTrafficPolicy: Local }
`;

describe('audit --advise', () => {
  test('adds the advice for every Service to JSON, which has none without it', async () => {
    const { out } = await run(audit, [...SAMPLE, '-n', 'shop', '--advise', '-o', 'json']);
    const { advice, findings } = JSON.parse(out);
    expect(advice.map(({ name }: { name: string }) => name)).toContain('payments');
    expect(findings.length).toBeGreaterThan(0);
    expect(JSON.parse((await run(audit, [...SAMPLE, '-o', 'json'])).out)).not.toHaveProperty('advice');
  });
});

describe('check --advise', () => {
  test('advises on the Service as the manifest has it, in the cluster', async () => {
    const manifest = file(PAYMENTS);
    const { out } = await run(check, [manifest, ...SAMPLE, '--advise', '-o', 'json']);
    const { advice } = JSON.parse(out);
    expect(advice).toMatchObject([
      {
        name: 'payments',
        advice: 'change',
        patch: { patch: { spec: { internalTrafficPolicy: 'Cluster', trafficDistribution: 'PreferSameZone' } } },
      },
    ]);
    expect(advice[0].settings[0].today.explain).toContain(`--topology ${manifest}`);
  });

  test('prints the advice before the findings', async () => {
    const { out } = await run(check, [file(PAYMENTS), ...SAMPLE, '--advise']);
    expect(out).toMatch(/^shop\/payments {2}change to Cluster \+ PreferSameZone\n/);
    expect(out).toContain('1 Service checked');
  });

  test('names what is missing without a cluster', async () => {
    const { out } = await run(check, [file(PAYMENTS), '--advise', '-o', 'json']);
    expect(JSON.parse(out).advice).toMatchObject([{ advice: 'none', because: 'unknown' }]);
  });
});
