import { describe, expect, test } from 'vitest';
import { eventually } from '../../e2e/waiting.ts';
import {
  type AttackedCluster,
  BAD_MODE,
  GOOD_MODE,
  MEMORY_LIMIT_MIB,
  peakRssMib,
  serviceWithMode,
} from '../environment.ts';

const MEBIBYTE = 1024 * 1024;

/** Owner references with names of one character that JSON escapes with six: a review six times the size of the request. */
function owners(bytes: number): object {
  const owner = { apiVersion: 'v1', kind: 'ConfigMap', uid: '0', name: '<'.repeat(bytes) };
  return { ownerReferences: [owner] };
}

function ports(count: number): object {
  return { ports: Array.from({ length: count }, (_, i) => ({ name: `p${i}`, port: i + 1 })) };
}

export function sizeAttacks(attacked: () => AttackedCluster): void {
  describe('a request of any size that the API server accepts', () => {
    test.each([
      ['a small one', {}, {}],
      ['1.3 MiB of text that JSON escapes', owners(1.3 * MEBIBYTE), {}],
      ['2.9 MiB of text, too large for etcd', owners(2.9 * MEBIBYTE), {}],
      ['20,000 ports', {}, ports(20_000)],
    ])('does not pass a rule that reads the Service alone: %s', async (_what, metadata, spec) => {
      const { create } = attacked();
      expect(await create(serviceWithMode(BAD_MODE, { metadata, spec }), 'dry-run')).toBe('DENIED');
      // The control: the same request without the mistake.
      expect(await create(serviceWithMode(GOOD_MODE, { metadata, spec }), 'dry-run')).toBe('ALLOWED');
    });

    test('does not pass as an update, whose review has both objects', async () => {
      const { create, setMode } = attacked();
      const metadata = { name: 'large', ...owners(1.2 * MEBIBYTE) };
      expect(await create(serviceWithMode(GOOD_MODE, { metadata }))).toBe('ALLOWED');
      expect(await setMode('large', BAD_MODE)).toBe('DENIED');
      expect(await setMode('large', 'Auto')).toBe('ALLOWED');
    });

    test('forty concurrent ones leave the webhook within the memory limit of its container, and it still denies', async () => {
      const { create, webhook } = attacked();
      const pid = webhook.pid();
      const large = serviceWithMode(BAD_MODE, { metadata: owners(1.2 * MEBIBYTE) });
      // On a busy machine the API server may abandon some.
      await Promise.all(Array.from({ length: 40 }, () => create(large, 'dry-run').catch(() => {})));
      expect(peakRssMib(pid ?? 0)).toBeLessThan(MEMORY_LIMIT_MIB);
      await eventually('a denial', () => create(large, 'dry-run'), { enough: answer => answer === 'DENIED' });
      expect(webhook.pid()).toBe(pid);
    });
  });
}
