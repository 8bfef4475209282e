import { didYouMean } from '../../model/did-you-mean.ts';
import { canonicalIP } from '../../model/ip.ts';
import type { Topology } from '../../model/topology.ts';
import type { Workload } from '../../model/workload.ts';
import { InputError } from '../../runtime/errors.ts';
import type { Scenario } from '../../topology/scenarios/scenario.ts';
import { findWorkload, workloadKindOf, workloadText } from '../../topology/scenarios/scenario.ts';
import type { FlagValues } from '../flags/flags.ts';
import { quoted } from '../flags/quoted.ts';

/** Changes of the cluster before the Service is explained. */
export const SCENARIO_FLAGS = {
  scale: {
    value: 'scale',
    multiple: true,
    description:
      'what if: deploy/web=1, =min or =max of its autoscaler, =2@ADDRESS,ADDRESS to name the Pods that stay; ' +
      'for another namespace NAMESPACE/deploy/web=1',
  },
  rollout: {
    value: 'workload',
    multiple: true,
    description:
      'what if: the Pods that a rollout of deploy/web removes at the same time, or those of deploy/web@ADDRESS,ADDRESS',
  },
  drain: { value: 'node', multiple: true, description: 'what if: this node is drained and its Pods are placed again' },
  'node-down': {
    value: 'node',
    multiple: true,
    description: 'what if: this node fails and its Pods are not replaced yet',
  },
  'zone-down': { value: 'zone', multiple: true, description: 'what if: every node of this zone fails' },
  'pod-lost': {
    value: 'address',
    multiple: true,
    description: 'what if: the Pods with these addresses, separated by commas, are lost and not replaced yet',
  },
  'add-node': { value: 'node', multiple: true, description: 'what if: there is one more node like this one' },
} as const;

/** True if a scenario places Pods or counts those of a workload. */
export function readsWorkloads(values: Partial<FlagValues<typeof SCENARIO_FLAGS>>): boolean {
  const { scale, rollout, drain } = values;
  return [scale, rollout, drain, values['add-node']].some(flags => flags !== undefined);
}

export interface ScenarioContext {
  readonly topology: Topology;
  /** Of workloads without a namespace. */
  readonly namespace: string;
}

/** The scenarios of the flags. Throws InputError for a name that the cluster does not have and for a malformed value. */
export function parseScenarios(
  values: Partial<FlagValues<typeof SCENARIO_FLAGS>>,
  context: ScenarioContext,
): readonly Scenario[] {
  const { topology } = context;
  const node = (flag: string) => (name: string) => knownNode(flag, name, topology);
  return [
    ...(values['pod-lost'] ?? [])
      .flatMap(text => parseAddresses('--pod-lost', text))
      .map(address => ({ kind: 'pod-lost' as const, address })),
    ...(values['node-down'] ?? []).map(node('node-down')).map(name => ({ kind: 'node-down' as const, node: name })),
    ...(values['zone-down'] ?? []).map(zone => ({ kind: 'zone-down' as const, zone: knownZone(zone, topology) })),
    ...(values.rollout ?? []).map(text => parseRollout(text, context)),
    ...parseScales(values.scale ?? [], context),
    ...(values.drain ?? []).map(node('drain')).map(name => ({ kind: 'drain' as const, node: name })),
    ...(values['add-node'] ?? []).map(node('add-node')).map(like => ({ kind: 'node-added' as const, like })),
  ];
}

function knownNode(flag: string, name: string, topology: Topology): string {
  if (topology.node(name)) return name;
  const names = topology.nodes().map(node => node.name);
  throw new InputError(`--${flag} ${quoted(name)}: no such node in this cluster${didYouMean(name, names)}`);
}

function knownZone(name: string, topology: Topology): string {
  const zones = [...new Set(topology.nodes().flatMap(({ zone }) => zone ?? []))].sort();
  if (zones.includes(name)) return name;
  const known = zones.length > 0 ? `; expected ${zones.slice(0, 10).join(', ')}` : '; no node has a zone';
  throw new InputError(`--zone-down ${quoted(name)}: no node is in this zone${didYouMean(name, zones) || known}`);
}

/** `text` is the value of the flag, and `list` the addresses in it. */
function parseAddresses(flag: string, text: string, list = text): readonly string[] {
  const addresses = list.split(',').map(address => canonicalIP(address.trim()));
  if (addresses.includes('')) {
    throw new InputError(`${flag} ${quoted(text)}: expected addresses of Pods, separated by commas`);
  }
  return addresses;
}

/** Throws InputError for a workload that has two numbers of replicas. */
function parseScales(texts: readonly string[], context: ScenarioContext): readonly Scenario[] {
  const scaled = new Map<string, string>();
  return texts.map(text => {
    const scale = parseScale(text, context);
    const key = `${scale.workload.namespace}/${workloadText(scale.workload)}`;
    const earlier = scaled.get(key);
    if (earlier !== undefined)
      throw new InputError(`--scale ${quoted(earlier)} and --scale ${quoted(text)}: expected one for each workload`);
    scaled.set(key, text);
    return scale;
  });
}

const SCALE_EXPECTED = 'expected KIND/NAME=N, such as deploy/web=3, deploy/web=min or deploy/web=1@10.0.0.7';
const MAX_REPLICAS = 100_000;

function parseScale(text: string, context: ScenarioContext): Extract<Scenario, { kind: 'scale' }> {
  const [target = '', value, ...rest] = text.split('=');
  const [amount = '', addresses, ...more] = (value ?? '').split('@');
  if (value === undefined || rest.length > 0 || more.length > 0) {
    throw new InputError(`--scale ${quoted(text)}: ${SCALE_EXPECTED}`);
  }
  const workload = parseWorkload('--scale', target, context);
  if (workload.kind === 'DaemonSet') {
    throw new InputError(
      `--scale ${quoted(text)}: a DaemonSet has no replicas; --add-node and --drain change its nodes`,
    );
  }
  if (amount === 'min' || amount === 'max') {
    if (!workload.autoscaler) {
      throw new InputError(
        `--scale ${quoted(text)}: no HorizontalPodAutoscaler of ${workloadText(workload)} in this cluster`,
      );
    }
    return { kind: 'scale', workload, replicas: amount === 'min' ? 'minimum' : 'maximum', staying: null };
  }
  const replicas = /^\d{1,6}$/.test(amount) ? Number(amount) : Number.NaN;
  if (!(replicas <= MAX_REPLICAS)) {
    throw new InputError(
      `--scale ${quoted(text)}: ${JSON.stringify(amount)} is not a number from 0 to ${MAX_REPLICAS}`,
    );
  }
  const staying = addresses === undefined ? null : parseAddresses('--scale', text, addresses);
  if (staying !== null && staying.length !== replicas) {
    throw new InputError(`--scale ${quoted(text)}: ${replicas} Pods stay, but ${staying.length} addresses are given`);
  }
  return { kind: 'scale', workload, replicas, staying };
}

function parseRollout(text: string, context: ScenarioContext): Scenario {
  const [target = '', addresses] = text.split('@');
  const away = addresses === undefined ? null : parseAddresses('--rollout', text, addresses);
  return { kind: 'rollout', workload: parseWorkload('--rollout', target, context), away };
}

function parseWorkload(flag: string, text: string, { topology, namespace: inUse }: ScenarioContext): Workload {
  const parts = text.split('/');
  const [namespace = '', kindText = '', name = ''] = parts.length === 2 ? [inUse, ...parts] : parts;
  const kind = workloadKindOf(kindText);
  if (parts.length > 3 || kind === null || namespace === '' || name === '') {
    throw new InputError(
      `${flag} ${quoted(text)}: expected [NAMESPACE/]KIND/NAME with KIND one of deploy, sts, ds, rs`,
    );
  }
  const found = findWorkload(topology, { kind, namespace, name });
  if (found) return found;
  const workloads = topology.workloads(namespace);
  const hint = didYouMean(workloadText({ kind, namespace, name }), workloads.map(workloadText));
  const missing =
    workloads.length > 0 ? hint : '; add kubectl get deployments,statefulsets,daemonsets,hpa -A -o yaml to --topology';
  throw new InputError(`${flag} ${quoted(text)}: no ${kind} ${namespace}/${name} in this cluster${missing}`);
}
