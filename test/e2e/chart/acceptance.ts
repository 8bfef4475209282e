import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { MANIFEST } from '../../../charts/generate.ts';
import { render } from '../../chart/rendered.ts';
import { VARIATIONS } from '../../chart/variations.ts';
import type { ChartEnvironment } from './environment.ts';
import { NAMESPACE, RELEASE } from './release.ts';

const STRICTLY = ['apply', '--server-side', '--validate=strict', '-f', '-'];

export function acceptanceCases(lab: () => ChartEnvironment): void {
  const own = VARIATIONS.filter(({ foreign }) => !foreign);

  describe('the API server accepts, without a warning,', () => {
    test.each(own)('$name', async ({ values, unrestricted = false }) => {
      const items = await render(lab().helmPath, values, { name: RELEASE, namespace: NAMESPACE });
      const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
      const { code, stdout, stderr } = await lab().plane.kubectl([...STRICTLY, '--dry-run=server'], list);
      const warned = unrestricted
        ? 'Warning: would violate PodSecurity "restricted:latest": host namespaces (hostNetwork=true)\n'
        : '';
      expect({ code, stderr }).toEqual({ code: 0, stderr: warned });
      expect(stdout.trim().split('\n')).toHaveLength(items.length);
    });

    test('the plain manifest and its removal', async () => {
      const manifest = await readFile(MANIFEST, 'utf8');
      const { kubectl } = lab().plane;
      expect(await kubectl(STRICTLY, manifest)).toMatchObject({ code: 0, stderr: '' });
      // The namespace controller needs some time to delete the content of the namespace.
      expect(await kubectl(['delete', '--wait=false', '-f', '-'], manifest)).toMatchObject({ code: 0 });
    });

    test('only expressions that compile', async () => {
      const matchConditions = [{ name: 'typo', expression: 'object.spec.type ==' }];
      const items = await render(lab().helmPath, { webhooks: { matchConditions } });
      const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
      const { code, stderr } = await lab().plane.kubectl([...STRICTLY, '--dry-run=server'], list);
      expect([code, stderr.includes('compilation failed')]).toEqual([1, true]);
    });
  });
}
