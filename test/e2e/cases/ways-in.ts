import { describe, expect, test } from 'vitest';
import type { Lab } from '../environment.ts';

const RULE = 'local-policy-uncovered-nodes';

const gap = (name: string): string => `
metadata: { name: ${name}, namespace: shop }
spec: { selector: { app: web }, ports: [{ port: 80 }], internalTrafficPolicy: Local }`;

const shouting = (namespace: string): string => `
metadata: { name: shouted, namespace: ${namespace}, annotations: { service.kubernetes.io/topology-mode: AUTO } }
spec: { ports: [{ port: 80 }] }`;

export function waysIn(lab: () => Lab): void {
  const exists = async (namespace: string, name: string): Promise<boolean> =>
    (await lab().kubectl(['get', 'service', '-n', namespace, name])).code === 0;

  describe('the webhook', () => {
    test('warns on a server-side dry run, which stores nothing', async () => {
      const tried = await lab().apply(gap('tried'), '--dry-run=server');
      expect(tried).toMatchObject({ code: 0, rules: [RULE], stdout: expect.stringContaining('server dry run') });
      expect(await exists('shop', 'tried')).toBe(false);
    });

    test('warns on server-side apply, on create and on update', async () => {
      expect(await lab().apply(gap('server-side'), '--server-side')).toMatchObject({ code: 0, rules: [RULE] });
      const changed = gap('server-side').replace('port: 80', 'port: 81');
      expect(await lab().apply(changed, '--server-side')).toMatchObject({ code: 0, rules: [RULE] });
    });

    test('warns when kubectl patch uncovers nodes and not when it covers them again', async () => {
      const open = gap('patched').replace('Local', 'Cluster');
      expect(await lab().apply(open)).toMatchObject({ code: 0, rules: [] });
      const patch = (policy: string): readonly string[] => {
        return ['patch', 'service', '-n', 'shop', 'patched', '-p', `{"spec":{"internalTrafficPolicy":"${policy}"}}`];
      };
      expect(await lab().kubectl(patch('Local'))).toMatchObject({ code: 0, rules: [RULE] });
      expect(await lab().kubectl(patch('Cluster'))).toMatchObject({ code: 0, rules: [] });
    });

    test('warns per Service when one file has two', async () => {
      const both = `${gap('first')}\n---\napiVersion: v1\nkind: Service\n${shouting('shop')}`;
      expect(await lab().apply(both)).toMatchObject({ code: 0, rules: [RULE, 'unknown-topology-mode'] });
    });

    test('changes nothing in /mutate without configured defaults', async () => {
      await lab().apply(gap('untouched'));
      const { stdout } = await lab().kubectl(['get', 'service', '-n', 'shop', 'untouched', '-o', 'json']);
      const { metadata, spec } = JSON.parse(stdout);
      expect(spec).not.toHaveProperty('trafficDistribution');
      expect(Object.keys(metadata.annotations)).toEqual(['kubectl.kubernetes.io/last-applied-configuration']);
    });
  });

  describe('a rule set to deny', () => {
    test('denies the Service in its namespace, with the reason, and nothing is stored', async () => {
      const refused = await lab().apply(shouting('strict'));
      expect(refused.code).not.toBe(0);
      expect(refused.stderr).toMatch(/denied the request.*AUTO.*\[unknown-topology-mode\]/s);
      expect(await exists('strict', 'shouted')).toBe(false);
    });

    test('denies a server-side dry run too', async () => {
      expect((await lab().apply(shouting('strict'), '--dry-run=server')).code).not.toBe(0);
    });

    test('denies an update that introduces the finding and keeps the Service unchanged', async () => {
      expect(await lab().apply(shouting('strict').replace('AUTO', 'Auto'))).toMatchObject({ code: 0, rules: [] });
      expect((await lab().apply(shouting('strict'))).code).not.toBe(0);
      const { stdout } = await lab().kubectl(['get', 'service', '-n', 'strict', 'shouted', '-o', 'yaml']);
      expect(stdout).toMatch(/topology-mode: Auto/);
    });

    test('only warns in another namespace', async () => {
      expect(await lab().apply(shouting('default'))).toMatchObject({ code: 0, rules: ['unknown-topology-mode'] });
    });
  });
}
