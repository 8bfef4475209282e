import { readFileSync } from 'node:fs';
import { ApiError } from '../e2e/api-client.ts';
import { type Cluster, createCluster } from '../e2e/cluster.ts';
import type { ControlPlane } from '../e2e/control-plane.ts';
import { startWebhook, type Webhook } from '../e2e/webhook.ts';
import { imageFlags } from '../scale/image-flags.ts';

/** Memory limit of the chart for each process, in MiB. */
export const MEMORY_LIMIT_MIB = 512;

/** The flags of the image, and the heap that the chart sets: three quarters of the memory limit. */
export const NODE_FLAGS: readonly string[] = [...imageFlags(), `--max-old-space-size=${(MEMORY_LIMIT_MIB * 3) / 4}`];

export interface AttackedCluster {
  readonly plane: ControlPlane;
  readonly cluster: Cluster;
  readonly webhook: Webhook;
  /** Creates the Service, or only tries to. Throws for every error but the denial of the static rule. */
  readonly create: (service: object, mode?: 'dry-run') => Promise<Answer>;
  /** Changes the topology mode of a Service. */
  readonly setMode: (name: string, mode: string) => Promise<Answer>;
  readonly stop: () => Promise<void>;
}

export type Answer = 'ALLOWED' | 'DENIED';

const MODE = 'service.kubernetes.io/topology-mode';

function answerOf(call: Promise<unknown>): Promise<Answer> {
  return call.then(
    () => 'ALLOWED',
    error => {
      if (error instanceof ApiError && error.message.includes('[unknown-topology-mode]')) return 'DENIED';
      throw error;
    },
  );
}

const CONFIG = `
apiVersion: zonewise.dev/v1alpha1
kind: Config
dataplane: kube-proxy
clientNodes: { minAge: 0s }
serving: { drainDelay: 0s }
rules:
  unknown-topology-mode: deny
  local-policy-uncovered-nodes: deny
`;

/** The webhook as the chart runs it, with a static rule and a topology rule at deny, and `failurePolicy: Ignore`. */
export async function startAttacked(plane: ControlPlane): Promise<AttackedCluster> {
  const cluster = createCluster(plane.api);
  await cluster.addNamespace('tenant');
  for (const name of ['a1', 'b1', 'c1']) await cluster.addNode({ name, zone: `zone-${name[0]}` });
  await cluster.addPod({ namespace: 'tenant', name: 'web-1', app: 'web', node: 'a1' });
  const webhook = await startWebhook(plane, CONFIG, { failurePolicy: 'Ignore', nodeFlags: NODE_FLAGS });
  const services = '/api/v1/namespaces/tenant/services';
  return {
    plane,
    cluster,
    webhook,
    create: (service, mode) =>
      answerOf(plane.api.post(`${services}${mode === 'dry-run' ? '?dryRun=All' : ''}`, service)),
    setMode: (name, mode) =>
      answerOf(plane.api.patch(`${services}/${name}`, { metadata: { annotations: { [MODE]: mode } } })),
    stop: () => webhook.stop(),
  };
}

/** A mode that the static rule refuses, and one that it allows. */
export const [BAD_MODE, GOOD_MODE] = ['auto-ish', 'Disabled'];

export function serviceWithMode(mode: string, over: { metadata?: object; spec?: object } = {}): object {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { generateName: 'attack-', namespace: 'tenant', annotations: { [MODE]: mode }, ...over.metadata },
    spec: { ports: [{ port: 80 }], ...over.spec },
  };
}

/** Peak resident set size of a process, in MiB, as reported by the kernel. */
export function peakRssMib(pid: number): number {
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}
