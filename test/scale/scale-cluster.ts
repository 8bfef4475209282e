import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Assets } from '../e2e/assets.ts';
import { ADMIN_TOKEN, type ControlPlane, startControlPlane } from '../e2e/control-plane.ts';
import { createReader } from '../e2e/identity.ts';
import { eventually } from '../e2e/waiting.ts';
import { type Bulk, createBulk } from './bulk.ts';
import { Ledger } from './ledger.ts';
import { niced } from './niced.ts';
import { planWorld, type World } from './planned-cluster.ts';
import { populate } from './populate.ts';
import { RESOURCES, type Serving } from './serving.ts';
import type { Size } from './size.ts';

/** The real API server with a world of the configured size. */
export interface ScaleCluster {
  readonly plane: ControlPlane;
  readonly bulk: Bulk;
  readonly world: World;
  readonly ledger: Ledger;
  /** Of an account with zonewise's permissions, except for listing Pods: there are none here. */
  readonly kubeconfig: string;
  readonly populatedInSeconds: number;
  /** Registers this process as the webhook for every applied Service. */
  readonly register: (serving: Serving) => Promise<void>;
  /** Resolves when the process has seen all earlier writes. */
  readonly caughtUp: (serving: Serving) => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** The suite writes the endpoints: the EndpointSlice controller, which derives them from Pods, does not run. */
const CONTROLLERS = ['namespace-controller', 'serviceaccount-controller'];

export async function startScaleCluster(assets: Assets, size: Size): Promise<ScaleCluster> {
  const folder = await mkdtemp(join(tmpdir(), 'zonewise-scale-'));
  const plane = await startControlPlane(await niced(assets, folder), { controllers: CONTROLLERS });
  const bulk = createBulk(plane.url, plane.authority.cert, ADMIN_TOKEN);
  const world = planWorld(size);
  const ledger = new Ledger(world);
  const begin = performance.now();
  await populate(bulk, world, ledger);
  const populatedInSeconds = (performance.now() - begin) / 1000;
  const kubeconfig = await plane.writeKubeconfig('zonewise', await createReader(plane.api));
  await forbidPods(plane);
  let markers = 0;
  return {
    plane,
    bulk,
    world,
    ledger,
    kubeconfig,
    populatedInSeconds,
    register: serving => register(plane, serving),
    caughtUp: async serving => {
      await writeMarkers(plane, `marker-${++markers}`);
      const expected = await counts(bulk);
      await eventually('all watches to have caught up', () => serving.metric('topology_objects'), {
        enough: seen => RESOURCES.every(resource => seen[resource] === expected[resource]),
      });
      // Counts may be equal by chance while the last changes are in flight.
      await pause(1_000);
    },
    stop: async () => {
      await bulk.close();
      await plane.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function forbidPods({ api }: ControlPlane): Promise<void> {
  const path = '/apis/rbac.authorization.k8s.io/v1/clusterroles/zonewise';
  const { rules } = (await api.get(path)) as { rules: readonly { readonly resources: readonly string[] }[] };
  await api.patch(path, { rules: rules.filter(({ resources }) => !resources.includes('pods')) });
}

/** The last object of each kind: a watch delivers changes in order. */
async function writeMarkers({ api }: ControlPlane, name: string): Promise<void> {
  await api.post('/api/v1/namespaces', { metadata: { name } });
  await api.post('/api/v1/nodes', { metadata: { name } });
  await api.post('/api/v1/namespaces/default/services', {
    metadata: { name },
    spec: { type: 'ExternalName', externalName: 'example.com' },
  });
  const slices = '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices';
  await api.post(slices, { metadata: { name }, addressType: 'IPv4', endpoints: [] });
}

async function counts(bulk: Bulk): Promise<Readonly<Record<string, number>>> {
  const paths = ['/api/v1/nodes', '/api/v1/services', '/apis/discovery.k8s.io/v1/endpointslices', '/api/v1/namespaces'];
  const lists = await Promise.all(paths.map(path => bulk.send({ method: 'GET', path: `${path}?limit=1` })));
  return Object.fromEntries(
    (lists as { metadata: { remainingItemCount?: number }; items: unknown[] }[]).map(({ metadata, items }, index) => [
      RESOURCES[index],
      items.length + (metadata.remainingItemCount ?? 0),
    ]),
  );
}

async function register({ api, authority }: ControlPlane, { url }: Serving): Promise<void> {
  await api.post('/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations', {
    metadata: { name: 'zonewise' },
    webhooks: [
      {
        name: 'validate.zonewise.dev',
        clientConfig: { url: `${url}/validate`, caBundle: Buffer.from(authority.cert).toString('base64') },
        rules: [{ apiGroups: [''], apiVersions: ['v1'], resources: ['services'], operations: ['CREATE', 'UPDATE'] }],
        failurePolicy: 'Fail',
        sideEffects: 'None',
        timeoutSeconds: 10,
        admissionReviewVersions: ['v1'],
      },
    ],
  });
}
