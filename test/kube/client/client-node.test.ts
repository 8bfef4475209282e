import { expect, test } from 'vitest';
import { importKubeConfig } from '../../../src/kube/client/client-node.ts';

test('imports KubeConfig with its credential plugins and without the generated clients', async () => {
  const KubeConfig = await importKubeConfig();
  const config = new KubeConfig();
  config.loadFromClusterAndUser(
    { name: 'c', server: 'https://127.0.0.1:1', skipTLSVerify: true },
    { name: 'u', token: 'T' },
  );
  const options: { headers?: Record<string, string> } = {};
  await config.applyToHTTPSOptions(options);
  expect(options.headers?.Authorization ?? options.headers?.authorization).toBe('Bearer T');
  // If this fails, a new release has moved them, and every process that watches a cluster uses 70 MiB more.
  expect(Object.keys(await import('@kubernetes/client-node/dist/gen/index.js')).sort()).toEqual([
    'ServerConfiguration',
    'createConfiguration',
  ]);
});
