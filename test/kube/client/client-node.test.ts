import { expect, it } from 'vitest';
import { importKubeConfig } from '../../../src/kube/client/client-node.ts';

it('KubeConfig comes with its credential plugins and without the generated clients', async () => {
  const KubeConfig = await importKubeConfig();
  const config = new KubeConfig();
  config.loadFromClusterAndUser(
    { name: 'c', server: 'https://127.0.0.1:1', skipTLSVerify: true },
    { name: 'u', token: 'T' },
  );
  const options: { headers?: Record<string, string> } = {};
  await config.applyToHTTPSOptions(options);
  expect(options.headers?.Authorization ?? options.headers?.authorization).toBe('Bearer T');
  // Where this fails a new release keeps them elsewhere, and every process that watches a cluster is 70 MiB larger.
  expect(Object.keys(await import('@kubernetes/client-node/dist/gen/index.js')).sort()).toEqual([
    'ServerConfiguration',
    'createConfiguration',
  ]);
});
