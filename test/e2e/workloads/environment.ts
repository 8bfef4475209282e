import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Assets } from '../assets.ts';
import { type Cluster, createCluster } from '../cluster.ts';
import { CONTROLLERS, type ControlPlane, startControlPlane } from '../control-plane.ts';
import { type Seen, seen } from '../environment.ts';
import { eventually } from '../waiting.ts';
import { startWebhook, type Webhook } from '../webhook.ts';
import { type Kubelets, startKubelets } from './kubelets.ts';
import { serviceManifest, type WorkloadSpec, workloadManifest } from './manifests.ts';
import { registerWorkloads, type Values } from './registration.ts';
import { createReviews, type Reviews } from './reviews.ts';

/** Two in each zone. */
export const NODES = ['a1', 'a2', 'b1', 'b2'] as const;

export interface WorkloadsEnvironment extends Reviews {
  readonly plane: ControlPlane;
  readonly cluster: Cluster;
  readonly webhook: Webhook;
  /** Path of the Helm binary. */
  readonly helm: string;
  readonly kubectl: (args: readonly string[], stdin?: string) => Promise<Seen>;
  /** Writes this configuration for `zonewise serve`, which reads all but `enabled` without a restart. */
  readonly configure: (workloads: object) => Promise<void>;
  /** Registers the webhook as the chart does with these values, at this port instead of that of `zonewise serve`. */
  readonly register: (values: Values, port?: number) => Promise<void>;
  /** Creates the workload and its Service. Resolves when its Pods are ready and zonewise has its endpoints. */
  readonly deploy: (workload: WorkloadSpec) => Promise<void>;
  /** Deletes all workloads, Pods and Services of the namespace. */
  readonly clear: (namespace?: string) => Promise<void>;
  readonly stop: (keepFolder?: boolean) => Promise<void>;
}

const PLANE = {
  controllers: [
    ...CONTROLLERS,
    ...['deployment', 'replicaset', 'statefulset', 'daemonset', 'garbage-collector'].map(name => `${name}-controller`),
    'horizontal-pod-autoscaler-controller',
    'node-lifecycle-controller',
    'disruption-controller',
  ],
  controllerManagerArgs: [
    // As in a real cluster: each controller is a ServiceAccount of kube-system.
    '--use-service-account-credentials',
    '--horizontal-pod-autoscaler-sync-period=1s',
    '--horizontal-pod-autoscaler-cpu-initialization-period=1s',
    // No kubelet renews a Node's Lease.
    '--node-monitor-grace-period=2h',
  ],
};

const config = (workloads: object): string =>
  JSON.stringify({
    apiVersion: 'zonewise.dev/v1alpha1',
    kind: 'Config',
    // A denial never rests on an assumed data plane.
    dataplane: 'kube-proxy',
    clientNodes: { minAge: '0s' },
    serving: { drainDelay: '0s' },
    overrides: [
      {
        match: { namespaces: ['strict'] },
        rules: { 'last-endpoint-lost': 'deny', 'zone-without-endpoints': 'deny' },
      },
    ],
    workloads,
  });

/** A control plane with the controllers of workloads, and the webhook with its defaults: it does not review workloads. */
export async function startWorkloadsEnvironment(assets: Assets, helm: string): Promise<WorkloadsEnvironment> {
  const plane = await startControlPlane(assets, PLANE);
  const kubelets: Kubelets[] = [];
  const stopAll = async (webhook: Webhook | null, keepFolder = false): Promise<void> => {
    for (const one of kubelets) await one.stop();
    await webhook?.stop();
    await plane.stop(keepFolder);
  };
  try {
    const cluster = createCluster(plane.api);
    for (const name of NODES) await cluster.addNode({ name, zone: `zone-${name[0]}` });
    for (const name of ['shop', 'strict']) {
      await cluster.addNamespace(name);
      kubelets.push(startKubelets(plane.api, name));
    }
    const webhook = await startWebhook(plane, config({}));
    const kubectl: WorkloadsEnvironment['kubectl'] = async (args, stdin) => seen(await plane.kubectl(args, stdin));
    return {
      plane,
      cluster,
      webhook,
      helm,
      kubectl,
      configure: workloads => writeFile(join(plane.folder, 'config.yaml'), config(workloads)),
      register: (values, port = webhook.port) => registerWorkloads(plane, { helm, values, port }),
      deploy: workload => deploy(workload, { plane, cluster, kubectl }),
      clear: (namespace = 'shop') => clear(namespace, kubectl),
      ...createReviews(plane, kubectl),
      stop: keepFolder => stopAll(webhook, keepFolder),
    };
  } catch (error) {
    await stopAll(null);
    throw error;
  }
}

type Site = Pick<WorkloadsEnvironment, 'plane' | 'cluster' | 'kubectl'>;

async function clear(namespace: string, kubectl: WorkloadsEnvironment['kubectl']): Promise<void> {
  const all = 'deployments,statefulsets,daemonsets,horizontalpodautoscalers,services';
  const left = ['get', 'pods,endpointslices', '-n', namespace, '-o', 'name'];
  const deleteAll = async () => {
    // Denied until zonewise has read a configuration that allows it.
    await kubectl(['delete', all, '--all', '-n', namespace]);
    return (await kubectl(left)).stdout;
  };
  await eventually(`nothing in ${namespace}`, deleteAll, { enough: text => text === '' });
}

async function deploy(workload: WorkloadSpec, { plane: { api }, cluster, kubectl }: Site): Promise<void> {
  const { kind, name, nodes, namespace = 'shop' } = workload;
  const path = `/apis/apps/v1/namespaces/${namespace}/${kind.toLowerCase()}s`;
  const applied = await kubectl(['apply', '-f', '-'], JSON.stringify(workloadManifest(workload)));
  if (applied.code !== 0) throw new Error(applied.stderr);
  await eventually(`the Pods of ${name}`, () => api.get(`${path}/${name}`), {
    enough: raw => {
      const { status } = raw as { status: { readyReplicas?: number; numberReady?: number } };
      return (status.readyReplicas ?? status.numberReady) === nodes.length;
    },
  });
  // Created last, it gets all its endpoints in one write: zonewise knows all of them or none.
  await api.post(`/api/v1/namespaces/${namespace}/services`, serviceManifest(workload));
  await cluster.endpointsOn({ namespace, name }, nodes);
  const trial = ['delete', kind, '-n', namespace, name, '--dry-run=server'];
  await eventually(`zonewise to have the endpoints of ${name}`, async () => (await kubectl(trial)).stderr);
}
