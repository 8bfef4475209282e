import { scenarioFlag } from '../../../report/advice/explain-flags.ts';
import type { Scenario as ClusterScenario, WorkloadRef } from '../../../topology/scenarios/scenario.ts';
import { workloadKindOf } from '../../../topology/scenarios/scenario.ts';

/** The most Pods that a workload can be scaled to, as in explain. */
export const MAX_REPLICAS = 100_000;

/** Adds the parameters of a URL for changes of the cluster: `if.zone-down=zone-b`, named as the flags of explain. */
export function appendClusterScenarios(cluster: readonly ClusterScenario[], params: URLSearchParams): void {
  for (const one of cluster) {
    const [flag, value] = scenarioFlag(one);
    params.append(`if.${flag}`, value);
  }
}

/** The changes of the cluster in the parameters. Workloads are in this namespace. Ignores those that cannot be parsed. */
export function clusterScenariosFrom(params: URLSearchParams, namespace: string): readonly ClusterScenario[] {
  return [...params].flatMap(([name, value]) => (value === '' ? [] : (parseOne(name, value, namespace) ?? [])));
}

function parseOne(name: string, value: string, namespace: string): ClusterScenario | null {
  switch (name) {
    case 'if.pod-lost':
      return { kind: 'pod-lost', address: value };
    case 'if.node-down':
      return { kind: 'node-down', node: value };
    case 'if.zone-down':
      return { kind: 'zone-down', zone: value };
    case 'if.drain':
      return { kind: 'drain', node: value };
    case 'if.add-node':
      return { kind: 'node-added', like: value };
    case 'if.rollout': {
      const [target = '', away] = value.split('@');
      const workload = parseWorkload(target, namespace);
      return workload && { kind: 'rollout', workload, away: parseAddresses(away) };
    }
    case 'if.scale':
      return parseScale(value, namespace);
    default:
      return null;
  }
}

function parseScale(text: string, namespace: string): ClusterScenario | null {
  const [target = '', amount = ''] = text.split('=');
  const [count = '', staying] = amount.split('@');
  const workload = parseWorkload(target, namespace);
  const replicas = count === 'min' ? 'minimum' : count === 'max' ? 'maximum' : parseCount(count);
  if (!workload || replicas === null) return null;
  return { kind: 'scale', workload, replicas, staying: parseAddresses(staying) };
}

function parseCount(text: string): number | null {
  const count = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
  return count <= MAX_REPLICAS ? count : null;
}

function parseWorkload(text: string, namespace: string): WorkloadRef | null {
  const [kindText = '', name = '', ...rest] = text.split('/');
  const kind = workloadKindOf(kindText);
  return kind === null || name === '' || rest.length > 0 ? null : { kind, namespace, name };
}

function parseAddresses(text: string | undefined): readonly string[] | null {
  return text === undefined ? null : text.split(',');
}
