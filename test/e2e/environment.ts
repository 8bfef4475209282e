import type { Assets } from './assets.ts';
import { DEFAULTS_CONFIG, DEFAULTS_NAMESPACES } from './cases/defaults.ts';
import type { CommandResult } from './children.ts';
import { type Cluster, createCluster } from './cluster.ts';
import { type ControlPlane, startControlPlane } from './control-plane.ts';
import type { ServiceProcess } from './service-process.ts';
import { startWebhook } from './webhook.ts';

/** Output of one kubectl command. */
export interface Seen extends CommandResult {
  /** Rule ids of zonewise's warnings, in order; warnings of the API server have no id and are excluded. */
  readonly rules: readonly string[];
  /** Zonewise's warnings without the prefix `Warning: `. */
  readonly warnings: readonly string[];
}

export interface Lab {
  readonly plane: ControlPlane;
  readonly cluster: Cluster;
  readonly webhook: ServiceProcess;
  /** `kubectl ARGS`, with `stdin` if given. */
  readonly kubectl: (args: readonly string[], stdin?: string) => Promise<Seen>;
  /** `kubectl apply -f - FLAGS` of one Service. */
  readonly apply: (service: string, ...flags: readonly string[]) => Promise<Seen>;
  readonly stop: (keepFolder?: boolean) => Promise<void>;
}

/** Client nodes of the environment. `cp1` (zone-a) and `cp2` (no zone) are tainted control planes. */
export const CLIENT_NODES = ['a1', 'a2', 'b1', 'b2', 'c1'] as const;

/** Pods of namespace `shop` by their `app` label: the nodes they run on. */
export const APPS = {
  web: ['a1', 'a2', 'b1'],
  agent: CLIENT_NODES,
  spread: ['a1', 'b1', 'c1'],
  stray: ['a1', 'b1', 'cp2'],
} as const;

const CONFIG = `
apiVersion: zonewise.dev/v1alpha1
kind: Config
# Nodes are born together with the run here, and their creation time cannot be set.
clientNodes: { minAge: 0s }
# Nobody but the tests waits for the end of a webhook here.
serving: { drainDelay: 0s }
overrides:
  - match: { namespaces: [strict] }
    rules: { unknown-topology-mode: deny }
${DEFAULTS_CONFIG}`;

const RULE_ID = /^Warning: (.* \[([a-z0-9-]+)\])$/;

/** One control plane with three zones, pods and the registered webhook, shared by the whole suite. */
export async function startLab(assets: Assets): Promise<Lab> {
  const plane = await startControlPlane(assets);
  try {
    const cluster = createCluster(plane.api);
    await furnish(cluster);
    const webhook = await startWebhook(plane, CONFIG);
    const kubectl: Lab['kubectl'] = async (args, stdin) => seen(await plane.kubectl(args, stdin));
    const apply: Lab['apply'] = (service, ...flags) =>
      kubectl(['apply', '-f', '-', ...flags], `apiVersion: v1\nkind: Service\n${service}`);
    const stop = async (keepFolder = false): Promise<void> => {
      await webhook.stop();
      await plane.stop(keepFolder);
    };
    return { plane, cluster, webhook, kubectl, apply, stop };
  } catch (error) {
    await plane.stop();
    throw error;
  }
}

async function furnish(cluster: Cluster): Promise<void> {
  await cluster.addNamespace('shop');
  await cluster.addNamespace('strict');
  for (const namespace of DEFAULTS_NAMESPACES) await cluster.addNamespace(namespace);
  for (const name of CLIENT_NODES) {
    // The zones have equal CPU, so three endpoints are enough for topology-mode Auto.
    await cluster.addNode({ name, zone: `zone-${name[0]}`, cpu: name === 'c1' ? 8 : 4 });
  }
  await cluster.addNode({ name: 'cp1', zone: 'zone-a', controlPlane: true });
  await cluster.addNode({ name: 'cp2', zone: null, controlPlane: true });
  for (const [app, nodes] of Object.entries(APPS)) {
    for (const node of nodes) await cluster.addPod({ namespace: 'shop', name: `${app}-${node}`, app, node });
  }
}

/** The output with zonewise's warnings apart. */
export function seen(result: CommandResult): Seen {
  const lines = result.stderr.split('\n').map(line => RULE_ID.exec(line));
  const warnings = lines.flatMap(match => match?.[1] ?? []);
  const rules = lines.flatMap(match => match?.[2] ?? []);
  return { ...result, warnings, rules };
}
