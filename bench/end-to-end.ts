import { join } from 'node:path';
import { announceSkipped, findAssets } from '../test/e2e/assets.ts';
import { createCluster } from '../test/e2e/cluster.ts';
import type { ControlPlane } from '../test/e2e/control-plane.ts';
import { startControlPlane } from '../test/e2e/control-plane.ts';
import { createReader } from '../test/e2e/identity.ts';
import { freePorts } from '../test/e2e/ports.ts';
import { serviceProcess } from '../test/e2e/service-process.ts';
import { measureWays } from './end-to-end-load.ts';
import { installPolicy, installWebhook, WAYS, wayNamespace } from './end-to-end-ways.ts';
import type { Result } from './result.ts';
import type { Site } from './subjects.ts';
import { echo, startSubject, ZONEWISE } from './subjects.ts';

const NODES = ['a1', 'a2', 'b1', 'b2', 'c1', 'c2'];

/**
 * Times dry runs of one Service through a real API server: with nothing else, with a policy of the same static check, with the
 * echo, with zonewise. Nothing is pinned. Returns the reason if there is no API server and no Go to build one.
 */
export async function measureEndToEnd(
  requests: number,
  site: Site,
): Promise<{ readonly endToEnd: Result['endToEnd'] } | { readonly why: string }> {
  const found = await findAssets(['etcd', 'kube-apiserver', 'kube-controller-manager', 'kubectl']);
  if (found.kind === 'missing') {
    announceSkipped('end to end through the API server (npm run bench)', found.why);
    return { why: found.why };
  }
  const plane = await startControlPlane(found.assets);
  const stops = [() => plane.stop()];
  try {
    await populate(plane);
    const unpinned = { ...site, core: undefined };
    const echoing = await startSubject(echo('echo', unpinned), unpinned);
    stops.unshift(echoing.stop);
    await installWebhook(plane, { way: 'echo', port: echoing.target('validate').port, ca: site.ca });
    const serving = await startServing(plane, site);
    stops.unshift(serving.stop);
    await installWebhook(plane, { way: 'zonewise', port: serving.port, ca: site.ca });
    await installPolicy(plane);
    return { endToEnd: { requests, rows: await measureWays(plane, requests) } };
  } finally {
    for (const stop of stops) await stop();
  }
}

async function populate({ api }: ControlPlane): Promise<void> {
  const cluster = createCluster(api);
  for (const name of NODES) await cluster.addNode({ name, zone: `zone-${name[0]}` });
  for (const way of WAYS) {
    const namespace = wayNamespace(way);
    await cluster.addNamespace(namespace);
    await api.patch(`/api/v1/namespaces/${namespace}`, { metadata: { labels: { bench: way } } });
    for (const node of NODES) await cluster.addPod({ namespace, name: `agent-${node}`, app: 'agent', node });
    const spec = { selector: { app: 'agent' }, ports: [{ port: 80 }] };
    await api.post(`/api/v1/namespaces/${namespace}/services`, { metadata: { name: 'agent' }, spec });
    await cluster.endpointsOn({ namespace, name: 'agent' }, NODES);
  }
}

/** The product as it runs in a cluster, with a live topology. */
async function startServing(plane: ControlPlane, { cert, key, folder, config }: Site) {
  const [port = 0, opsPort = 0] = await freePorts(2);
  const kubeconfig = await plane.writeKubeconfig('zonewise', await createReader(plane.api));
  const files = ['--kubeconfig', kubeconfig, '--tls-cert', cert, '--tls-key', key, '--config', config];
  const process_ = serviceProcess({
    name: 'zonewise serve',
    command: process.execPath,
    args: [ZONEWISE, 'serve', ...files, '--port', String(port), '--ops-port', String(opsPort)],
    log: join(folder, 'zonewise-live.log'),
    isReady: async () => (await fetch(`http://127.0.0.1:${opsPort}/readyz`)).ok,
  });
  await process_.start();
  return { port, stop: process_.stop };
}
