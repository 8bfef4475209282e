import { namespacedName, sections } from './api-object.ts';
import type { LabelSelector, Requirement } from './label-selector.ts';
import { podPorts } from './pod-projection.ts';
import type { AntiAffinityTerm, NodeRequirement, PodScheduling, TopologySpreadConstraint } from './pod-scheduling.ts';
import { parseMilliValue } from './quantity.ts';
import type { RawObject } from './raw.ts';
import { asList, asNumber, asObject, asString, asStringMap, asStrings, isObject } from './raw.ts';
import type { Autoscaler, PodCount, Rollout, Workload } from './workload.ts';

export function projectWorkload(raw: unknown): Workload {
  const { kind, metadata, spec } = sections(raw);
  const owner = asList(metadata['ownerReferences']).find(one => asObject(one)['controller'] === true);
  const template = asObject(spec['template']);
  const podSpec = asObject(template['spec']);
  const antiAffinity = asObject(asObject(podSpec['affinity'])['podAntiAffinity']);
  const terms = [
    ...asList(antiAffinity[REQUIRED]),
    ...asList(antiAffinity['preferredDuringSchedulingIgnoredDuringExecution']).map(t => asObject(t)['podAffinityTerm']),
  ];
  return {
    ...namespacedName(metadata),
    kind: kind as Workload['kind'],
    podLabels: asStringMap(asObject(template['metadata'])['labels']),
    selectorLabels: asStringMap(asObject(spec['selector'])['matchLabels']),
    podPorts: podPorts(podSpec),
    replicas: typeof spec['replicas'] === 'number' ? spec['replicas'] : 1,
    spread: asList(podSpec['topologySpreadConstraints']).map(projectSpread),
    antiAffinityKeys: terms.map(term => asString(asObject(term)['topologyKey'])).filter(key => key !== ''),
    scheduling: projectScheduling(podSpec),
    rollout: projectRollout(kind, spec),
    cpuRequest: cpuOf(podSpec, 'requests') ?? cpuOf(podSpec, 'limits'),
    cpuLimit: cpuOf(podSpec, 'limits'),
    ownerKind: owner === undefined ? null : asString(asObject(owner)['kind']),
    autoscaler: null,
  };
}

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';

/** A HorizontalPodAutoscaler and the workload that it scales (autoscaling/v2, and v1). */
export interface AutoscalerTarget {
  readonly namespace: string;
  readonly kind: string;
  readonly workload: string;
  readonly autoscaler: Autoscaler;
}

export function projectAutoscaler(raw: unknown): AutoscalerTarget {
  const { metadata, spec } = sections(raw);
  const { namespace, name } = namespacedName(metadata);
  const target = asObject(spec['scaleTargetRef']);
  const utilization = asList(spec['metrics'])
    .map(metric => asObject(asObject(metric)['resource']))
    .filter(resource => resource['name'] === 'cpu')
    .map(resource => asNumber(asObject(resource['target'])['averageUtilization']));
  const percent = utilization[0] || asNumber(spec['targetCPUUtilizationPercentage']);
  return {
    namespace,
    kind: asString(target['kind']),
    workload: asString(target['name']),
    autoscaler: {
      name,
      minReplicas: typeof spec['minReplicas'] === 'number' ? spec['minReplicas'] : 1,
      maxReplicas: asNumber(spec['maxReplicas']),
      cpuUtilization: percent > 0 ? percent / 100 : null,
    },
  };
}

function projectSpread(raw: unknown): TopologySpreadConstraint {
  const constraint = asObject(raw);
  return {
    topologyKey: asString(constraint['topologyKey']),
    whenUnsatisfiable: asString(constraint['whenUnsatisfiable']),
    maxSkew: Math.max(1, asNumber(constraint['maxSkew'])),
    minDomains: asNumber(constraint['minDomains']),
    selector: projectSelector(constraint['labelSelector']),
    honorsTaints: constraint['nodeTaintsPolicy'] === 'Honor',
  };
}

function projectScheduling(podSpec: RawObject): PodScheduling {
  const affinity = asObject(podSpec['affinity']);
  const required = asObject(asObject(affinity['nodeAffinity'])[REQUIRED]);
  const anti = asList(asObject(affinity['podAntiAffinity'])[REQUIRED]);
  const scheduler = asString(podSpec['schedulerName']);
  return {
    nodeSelector: asStringMap(podSpec['nodeSelector']),
    nodeTerms: 'nodeSelectorTerms' in required ? asList(required['nodeSelectorTerms']).map(projectNodeTerm) : null,
    tolerations: asList(podSpec['tolerations'])
      .map(asObject)
      .map(({ key, operator, value, effect }) => ({
        key: asString(key),
        operator: asString(operator) || 'Equal',
        value: asString(value),
        effect: asString(effect),
      })),
    antiAffinity: anti.map(projectAntiAffinity),
    unknown: [
      ...(asList(asObject(affinity['podAffinity'])[REQUIRED]).length > 0 ? ['a required Pod affinity'] : []),
      ...(anti.some(isAboutOtherNamespaces) ? ['a required anti-affinity to Pods of other namespaces'] : []),
      ...(scheduler === '' || scheduler === 'default-scheduler' ? [] : [`the scheduler ${scheduler}`]),
    ],
  };
}

function projectNodeTerm(raw: unknown): readonly NodeRequirement[] {
  const term = asObject(raw);
  return [...asList(term['matchExpressions']), ...asList(term['matchFields'])].map(asObject).map(requirement => ({
    key: asString(requirement['key']),
    operator: asString(requirement['operator']),
    values: asStrings(requirement['values']),
  }));
}

function projectAntiAffinity(raw: unknown): AntiAffinityTerm {
  const term = asObject(raw);
  return { topologyKey: asString(term['topologyKey']), selector: projectSelector(term['labelSelector']) };
}

function isAboutOtherNamespaces(raw: unknown): boolean {
  const term = asObject(raw);
  return asList(term['namespaces']).length > 0 || isObject(term['namespaceSelector']);
}

const OPERATORS: Readonly<Record<string, Requirement['operator']>> = {
  In: 'in',
  NotIn: 'notin',
  Exists: 'exists',
  DoesNotExist: 'absent',
};

/** `null` for an absent selector, which selects nothing, and one that is malformed. */
function projectSelector(raw: unknown): LabelSelector | null {
  if (!isObject(raw)) return null;
  const labels = Object.entries(asStringMap(raw['matchLabels']));
  const requirements: Requirement[] = labels.map(([key, value]) => ({ key, operator: 'in', values: [value] }));
  for (const expression of asList(raw['matchExpressions']).map(asObject)) {
    const operator = OPERATORS[asString(expression['operator'])];
    if (operator === undefined) return null;
    requirements.push({ key: asString(expression['key']), operator, values: asStrings(expression['values']) });
  }
  return requirements;
}

function projectRollout(kind: string, spec: RawObject): Rollout {
  const strategy = asObject(spec[kind === 'Deployment' ? 'strategy' : 'updateStrategy']);
  const rolling = asObject(strategy['rollingUpdate']);
  const usual = DEFAULT_COUNTS[kind] ?? DEFAULT_COUNTS['Deployment'];
  return {
    kind: rolloutKind(kind, asString(strategy['type'])),
    maxUnavailable: podCount(rolling['maxUnavailable']) ?? usual?.maxUnavailable ?? ONE,
    maxSurge: podCount(rolling['maxSurge']) ?? usual?.maxSurge ?? NO_PODS,
  };
}

const ONE: PodCount = { kind: 'count', count: 1 };
const NO_PODS: PodCount = { kind: 'count', count: 0 };
const QUARTER: PodCount = { kind: 'share', share: 0.25 };

/** Defaults of the API (pkg/apis/apps/v1/defaults.go, v1.37.1). */
const DEFAULT_COUNTS: Readonly<Record<string, Pick<Rollout, 'maxUnavailable' | 'maxSurge'>>> = {
  Deployment: { maxUnavailable: QUARTER, maxSurge: QUARTER },
  StatefulSet: { maxUnavailable: ONE, maxSurge: NO_PODS },
  DaemonSet: { maxUnavailable: ONE, maxSurge: NO_PODS },
};

function rolloutKind(kind: string, strategy: string): Rollout['kind'] {
  if (kind === 'ReplicaSet' || strategy === 'OnDelete') return 'by-hand';
  return strategy === 'Recreate' ? 'all-at-once' : 'rolling';
}

/** A number, or text such as `25%`. */
function podCount(raw: unknown): PodCount | null {
  if (typeof raw === 'number' && raw >= 0) return { kind: 'count', count: raw };
  const match = /^(\d{1,3})%$/.exec(asString(raw));
  return match ? { kind: 'share', share: Number(match[1]) / 100 } : null;
}

/** The sum over the containers, which run at the same time. */
function cpuOf(podSpec: RawObject, section: 'requests' | 'limits'): number | null {
  const containers = asList(podSpec['containers']).map(asObject);
  const values = containers.map(({ resources }) => parseMilliValue(asObject(asObject(resources)[section])['cpu']));
  return values.length > 0 && values.every(value => value > 0) ? values.reduce((sum, value) => sum + value, 0) : null;
}
