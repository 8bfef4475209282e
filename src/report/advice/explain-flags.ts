import type { FieldEdit } from '../../model/finding.ts';
import type { Service } from '../../model/service.ts';
import { type Scenario, workloadText } from '../../topology/scenarios/scenario.ts';
import { shellWord } from './shell.ts';

/** What `explain` is asked for. */
export interface Explained {
  readonly service: Pick<Service, 'namespace' | 'name'>;
  readonly edits: readonly FieldEdit[];
  readonly scenarios: readonly Scenario[];
  /** True if the slices have other hints than the advice; with a change `explain` predicts them anyway. */
  readonly hintsDiffer: boolean;
}

/** The command that shows a Service with these edits under these scenarios. `clusterFlags`: words that name the cluster. */
export function explainCommand(
  { service, edits, scenarios, hintsDiffer }: Explained,
  clusterFlags: readonly string[],
): string {
  const name = shellWord(`${service.namespace}/${service.name}`);
  const hints = hintsDiffer && edits.length === 0 && scenarios.length === 0 ? ['--hints predicted'] : [];
  const words = [...clusterFlags.map(shellWord), ...edits.map(setFlag), ...scenarios.map(scenarioWords), ...hints];
  return ['zonewise explain', name, ...words].join(' ');
}

function setFlag({ path, value }: FieldEdit): string {
  return `--set ${shellWord(`${path.join('.')}=${value ?? ''}`)}`;
}

function scenarioWords(scenario: Scenario): string {
  const [name, value] = scenarioFlag(scenario);
  return `--${name} ${shellWord(value)}`;
}

/** The name of the flag that states a scenario, and its value: `['zone-down', 'zone-b']`. */
export function scenarioFlag(scenario: Scenario): readonly [name: string, value: string] {
  switch (scenario.kind) {
    case 'pod-lost':
      return ['pod-lost', scenario.address];
    case 'node-down':
      return ['node-down', scenario.node];
    case 'zone-down':
      return ['zone-down', scenario.zone];
    case 'drain':
      return ['drain', scenario.node];
    case 'node-added':
      return ['add-node', scenario.like];
    case 'rollout':
      return ['rollout', workloadText(scenario.workload) + at(scenario.away)];
    case 'scale': {
      const replicas = { minimum: 'min', maximum: 'max' }[String(scenario.replicas)] ?? String(scenario.replicas);
      return ['scale', `${workloadText(scenario.workload)}=${replicas}${at(scenario.staying)}`];
    }
    default:
      return scenario satisfies never;
  }
}

function at(addresses: readonly string[] | null): string {
  return addresses === null || addresses.length === 0 ? '' : `@${addresses.join(',')}`;
}
