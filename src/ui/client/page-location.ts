import type { IPFamily } from '../../model/service.ts';
import { TRAFFIC_CLASSES, type TrafficClass } from '../../topology/route.ts';
import { type Filter, LEVEL_CHOICES, NO_FILTER, SORT_KEYS, type SortKey } from './overview/filter.ts';
import { DATA_PLANES, FIELDS, NO_CHANGES, type Scenario, withClusterScenario, withField } from './what-if/scenario.ts';
import { appendClusterScenarios, clusterScenariosFrom } from './what-if/scenario-params.ts';

/** The content shown. It is kept in the URL's hash, so that a link shows the same. */
export type PageLocation = OverviewLocation | ServiceLocation | RuleLocation;

export interface OverviewLocation {
  readonly page: 'overview';
  readonly filter: Filter;
}

export interface ServiceLocation {
  readonly page: 'service';
  readonly namespace: string;
  readonly name: string;
  /** Name of the port; if it and the family are `null`, a port that loses traffic is selected, else the first. */
  readonly port: string | null;
  readonly family: IPFamily | null;
  /** `null` selects the class that loses traffic. */
  readonly trafficClass: TrafficClass | null;
  readonly scenario: Scenario;
}

/** The text of one rule. */
export interface RuleLocation {
  readonly page: 'rule';
  readonly rule: string;
}

export function serviceLocation(namespace: string, name: string): ServiceLocation {
  const unset = { port: null, family: null, trafficClass: null } as const;
  return { page: 'service', namespace, name, ...unset, scenario: NO_CHANGES };
}

export function formatLocation(address: PageLocation): string {
  const params = new URLSearchParams();
  const path = pathOf(address, params);
  const query = params.toString();
  return `#${path}${query ? `?${query}` : ''}`;
}

/** Fills in the parameters. */
function pathOf(address: PageLocation, params: URLSearchParams): string {
  if (address.page === 'rule') return `/rules/${encodeURIComponent(address.rule)}`;
  return address.page === 'overview' ? overviewParams(address, params) : serviceParams(address, params);
}

function overviewParams({ filter }: OverviewLocation, params: URLSearchParams): string {
  for (const key of ['text', 'namespace', 'rule'] as const) if (filter[key] !== '') params.set(key, filter[key]);
  if (filter.level !== NO_FILTER.level) params.set('level', filter.level);
  if (filter.onlyLosing) params.set('losing', '1');
  if (filter.sort !== NO_FILTER.sort) params.set('sort', filter.sort);
  if (filter.descending) params.set('descending', '1');
  return '/';
}

function serviceParams(address: ServiceLocation, params: URLSearchParams): string {
  const { namespace, name, port, family, trafficClass, scenario } = address;
  if (port !== null) params.set('port', port);
  if (family !== null) params.set('family', family);
  if (trafficClass !== null) params.set('class', trafficClass);
  for (const field of FIELDS) {
    const value = scenario.fields[field];
    if (value !== undefined) params.set(`if.${field}`, value ?? '');
  }
  if (scenario.dataPlane !== null) params.set('if.dataplane', scenario.dataPlane);
  if (scenario.minor !== null) params.set('if.version', `1.${scenario.minor}`);
  appendClusterScenarios(scenario.cluster, params);
  return `/services/${encodeURIComponent(namespace)}/${encodeURIComponent(name)}`;
}

/** Ignores parameters that cannot be parsed. Falls back to the overview if the path cannot be parsed. */
export function parseLocation(hash: string): PageLocation {
  const [path = '', query = ''] = hash.replace(/^#/, '').split('?', 2);
  const params = new URLSearchParams(query);
  const rule = decoded(/^\/rules\/([^/]+)$/.exec(path)?.[1]);
  if (rule !== null) return { page: 'rule', rule };
  const match = /^\/services\/([^/]+)\/([^/]+)$/.exec(path);
  const [namespace, name] = [decoded(match?.[1]), decoded(match?.[2])];
  if (namespace === null || name === null) return { page: 'overview', filter: filterFrom(params) };
  const family = params.get('family');
  return {
    page: 'service',
    namespace,
    name,
    port: params.get('port'),
    family: family === 'IPv4' || family === 'IPv6' ? family : null,
    trafficClass: TRAFFIC_CLASSES.find(known => known === params.get('class')) ?? null,
    scenario: scenarioFrom(params, namespace),
  };
}

function decoded(text: string | undefined): string | null {
  try {
    return text === undefined ? null : decodeURIComponent(text);
  } catch {
    return null;
  }
}

function filterFrom(params: URLSearchParams): Filter {
  const level = LEVEL_CHOICES.find(choice => choice === params.get('level')) ?? NO_FILTER.level;
  const sort = SORT_KEYS.find((key: SortKey) => key === params.get('sort')) ?? NO_FILTER.sort;
  return {
    text: params.get('text') ?? '',
    namespace: params.get('namespace') ?? '',
    rule: params.get('rule') ?? '',
    level,
    onlyLosing: params.get('losing') === '1',
    sort,
    descending: params.get('descending') === '1',
  };
}

function scenarioFrom(params: URLSearchParams, namespace: string): Scenario {
  let scenario = NO_CHANGES;
  for (const field of FIELDS) {
    const value = params.get(`if.${field}`);
    if (value !== null) scenario = withField(scenario, field, value === '' ? null : value);
  }
  scenario = clusterScenariosFrom(params, namespace).reduce(withClusterScenario, scenario);
  const plane = params.get('if.dataplane');
  const version = /^1\.(\d{1,2})$/.exec(params.get('if.version') ?? '');
  return {
    ...scenario,
    dataPlane: plane !== null && Object.hasOwn(DATA_PLANES, plane) ? plane : null,
    minor: version ? Number(version[1]) : null,
  };
}
