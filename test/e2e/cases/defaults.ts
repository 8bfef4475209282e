import { describe, expect, test } from 'vitest';
import type { Lab } from '../environment.ts';

const SET = /zonewise set ([^,]+(?:, [a-zA-Z]+: \w+)*), the default/;

/** Namespaces with these names get defaults from the environment's configuration. */
export const DEFAULTS_CONFIG = `
defaults:
  - match: { namespaces: ["eager*"] }
    set: { trafficDistribution: PreferSameZone }
  - match: { namespaces: [near], types: [NodePort, LoadBalancer, ClusterIP] }
    set: { externalTrafficPolicy: Local, internalTrafficPolicy: Local }
    overApiDefault: true
`;

export const DEFAULTS_NAMESPACES = ['eager', 'near'] as const;

export function defaultsCases(lab: () => Lab): void {
  const field = async (namespace: string, name: string, path: string): Promise<string> =>
    (await lab().kubectl(['get', 'service', '-n', namespace, name, '-o', `jsonpath={${path}}`])).stdout;

  describe('configured defaults', () => {
    test('are set on CREATE, and kubectl apply shows a warning', async () => {
      const service =
        'metadata: { name: open, namespace: eager }\nspec: { selector: { app: open }, ports: [{ port: 80 }] }';
      const { code, stderr } = await lab().apply(service);
      expect([code, SET.exec(stderr)?.[1]]).toEqual([0, 'trafficDistribution: PreferSameZone']);
      expect(stderr).toContain('Warning: open: zonewise set');
      expect(await field('eager', 'open', '.spec.trafficDistribution')).toBe('PreferSameZone');
    });

    test('are kept by a second apply', async () => {
      const service =
        'metadata: { name: open, namespace: eager }\nspec: { selector: { app: open }, ports: [{ port: 80 }] }';
      const { stdout, stderr } = await lab().apply(service);
      expect([stdout.trim(), stderr]).toEqual(['service/open unchanged', '']);
    });

    test('never replace or contradict a value of the author', async () => {
      const own = await lab().apply(
        'metadata: { name: own, namespace: eager }\nspec: { selector: { app: own }, ports: [{ port: 80 }], trafficDistribution: PreferSameNode }',
      );
      expect(SET.exec(own.stderr)).toBeNull();
      expect(await field('eager', 'own', '.spec.trafficDistribution')).toBe('PreferSameNode');
      const headless = await lab().apply(
        'metadata: { name: bare, namespace: eager }\nspec: { clusterIP: None, selector: { app: own }, ports: [{ port: 80 }] }',
      );
      expect([headless.code, headless.stderr]).toEqual([0, '']);
    });

    test('do not apply to other namespaces', async () => {
      const { stderr } = await lab().apply(
        'metadata: { name: plain, namespace: shop }\nspec: { selector: { app: plain }, ports: [{ port: 80 }] }',
        '--dry-run=server',
      );
      expect(SET.exec(stderr)).toBeNull();
    });

    test('are accepted by the API server for every kind of Service', async () => {
      const specs = gridOfSpecs();
      for (const namespace of DEFAULTS_NAMESPACES) {
        const documents = specs.map(
          (spec, i) =>
            `apiVersion: v1\nkind: Service\nmetadata: { name: grid-${i}, namespace: ${namespace} }\nspec: ${JSON.stringify(spec)}\n`,
        );
        const { code, stderr, stdout } = await lab().kubectl(
          ['apply', '--dry-run=server', '-f', '-'],
          documents.join('---\n'),
        );
        expect(stderr).not.toMatch(/Error|invalid|webhook/);
        expect([code, stdout.trim().split('\n').length]).toEqual([0, specs.length]);
        expect(stderr).toMatch(SET);
      }
    });
  });
}

function gridOfSpecs(): readonly object[] {
  const base = { selector: { app: 'grid' }, ports: [{ port: 80 }] };
  const types = [
    {},
    { type: 'NodePort' },
    { type: 'LoadBalancer' },
    { externalIPs: ['192.0.2.7'] },
    { clusterIP: 'None' },
  ];
  const policies = [{}, { internalTrafficPolicy: 'Local' }, { trafficDistribution: 'PreferClose' }];
  const grid = types.flatMap(type => policies.map(policy => ({ ...base, ...type, ...policy })));
  return [...grid, { type: 'ExternalName', externalName: 'example.com' }];
}
