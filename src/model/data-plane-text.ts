import type {
  DataPlane,
  DataPlaneAssignment,
  DataPlaneKind,
  DataPlanes,
  NodeCondition,
  SoftwareVersion,
} from './data-plane.ts';
import { CILIUM, CILIUM_BESIDE_KUBE_PROXY, KNOWN_CILIUM_VERSIONS, KUBE_PROXY, OTHER_DATA_PLANE } from './data-plane.ts';
import { formatLabelSelector, parseLabelSelector } from './label-selector.ts';
import { plural } from './plural.ts';

/** A data plane as the configuration states it. */
export interface StatedDataPlane {
  /** `null` for all nodes that no earlier statement covers. */
  readonly nodes: NodeCondition | null;
  /** Several if the statement leaves the version open and versions differ. Never empty. */
  readonly candidates: readonly DataPlane[];
}

/** The reason for which a text states no data plane. */
export interface InvalidStatement {
  readonly problem: string;
}

type Setting =
  | { readonly property: string; readonly values: readonly string[] }
  | { readonly property: string; readonly values: 'boolean' | 'text' };

interface KindText {
  readonly base: DataPlane;
  readonly versioned: boolean;
  readonly settings: Readonly<Record<string, Setting>>;
}

/** The settings have the names that the data planes' own configuration gives them. */
const KINDS: { readonly [K in DataPlaneKind]: KindText } = {
  'kube-proxy': {
    base: KUBE_PROXY,
    versioned: true,
    settings: {
      mode: { property: 'mode', values: ['iptables', 'ipvs', 'nftables'] },
      'local-detector': { property: 'localDetector', values: 'boolean' },
    },
  },
  'windows-kube-proxy': { base: { kind: 'windows-kube-proxy', version: null }, versioned: true, settings: {} },
  cilium: {
    base: CILIUM,
    versioned: true,
    settings: {
      'kube-proxy-replacement': { property: 'kubeProxyReplacement', values: 'boolean' },
      'service-topology': { property: 'serviceTopology', values: 'boolean' },
      'bpf-lb-sock': { property: 'socketLB', values: 'boolean' },
      'internal-traffic-policy': { property: 'internalTrafficPolicy', values: 'boolean' },
      'node-port': { property: 'nodePort', values: 'boolean' },
      'external-ips': { property: 'externalIPs', values: 'boolean' },
      'k8s-service-proxy-name': { property: 'serviceProxyName', values: 'text' },
    },
  },
  'calico-ebpf': { base: { kind: 'calico-ebpf', version: null }, versioned: true, settings: {} },
  'ovn-kubernetes': { base: { kind: 'ovn-kubernetes', version: null }, versioned: true, settings: {} },
  antrea: {
    base: { kind: 'antrea', version: null, proxyAll: false, kubeProxy: KUBE_PROXY },
    versioned: true,
    settings: { 'proxy-all': { property: 'proxyAll', values: 'boolean' } },
  },
  'kube-router': { base: { kind: 'kube-router', version: null }, versioned: true, settings: {} },
  other: { base: OTHER_DATA_PLANE, versioned: false, settings: {} },
};

const ALIASES: ReadonlyMap<string, string> = new Map([['ipvs', 'kube-proxy,mode=ipvs']]);

/** The names that a statement may begin with. */
export const DATA_PLANE_NAMES: readonly string[] = [...Object.keys(KINDS), ...ALIASES.keys()];

/** `cilium@1.19,kube-proxy-replacement=false`, for some nodes `kube-proxy@1.31 on pool=old`. */
export function parseStatement(text: string): StatedDataPlane | InvalidStatement {
  const [what = '', ...selectors] = `${text} `.split(' on ').map(part => part.trim());
  const selector = selectors.length === 1 ? parseLabelSelector(selectors[0] ?? '') : null;
  if (selectors.length > 0 && !selector?.length)
    return { problem: 'after "on" comes a label selector of nodes, such as pool=old' };
  const [head = '', ...settings] = (ALIASES.get(what) ?? what).split(',').map(part => part.trim());
  const at = head.indexOf('@');
  const kind = at < 0 ? head : head.slice(0, at);
  if (!isKind(kind)) return { problem: `expected one of auto, ${DATA_PLANE_NAMES.join(', ')}` };
  const known = KINDS[kind];
  const version = at < 0 ? null : parseSoftwareVersion(head.slice(at + 1));
  if (at >= 0 && (!version || !known.versioned)) return { problem: 'after "@" comes a version such as 1.19 or 1.19.1' };
  const properties = parseSettings(settings, known);
  if ('problem' in properties) return properties;
  const versions = version ? [version] : versionsOf(kind);
  const candidates = versions.map(
    each => ({ ...baseOf(kind, properties.values), ...properties.values, version: each }) as DataPlane,
  );
  return { nodes: selector ? { selector } : null, candidates };
}

function isKind(text: string): text is DataPlaneKind {
  return Object.hasOwn(KINDS, text);
}

/** The settings that follow if a statement does not mention them. */
function baseOf(kind: DataPlaneKind, { kubeProxyReplacement }: Readonly<Record<string, unknown>>): DataPlane {
  return kind === 'cilium' && kubeProxyReplacement === false ? CILIUM_BESIDE_KUBE_PROXY : KINDS[kind].base;
}

/** The versions that a data plane of unknown version may have, as far as they differ. */
function versionsOf(kind: DataPlaneKind): readonly (SoftwareVersion | null)[] {
  return kind === 'cilium' ? KNOWN_CILIUM_VERSIONS : [null];
}

function parseSettings(
  texts: readonly string[],
  { settings }: KindText,
): InvalidStatement | { readonly values: Readonly<Record<string, unknown>> } {
  const values: Record<string, unknown> = {};
  for (const text of texts) {
    const at = text.indexOf('=');
    const name = text.slice(0, at < 0 ? undefined : at).replace(/^enable-/, '');
    const setting = Object.hasOwn(settings, name) ? settings[name] : undefined;
    if (!setting) {
      const names = Object.keys(settings);
      return { problem: `unknown setting "${text}"; expected ${names.length === 0 ? 'none' : names.join(', ')}` };
    }
    const value = at < 0 ? 'true' : text.slice(at + 1);
    const allowed = setting.values === 'boolean' ? ['true', 'false'] : setting.values;
    if (allowed !== 'text' && !allowed.includes(value)) {
      return { problem: `setting ${name}: expected ${allowed.join(' or ')}` };
    }
    values[setting.property] = setting.values === 'boolean' ? value === 'true' : value;
  }
  return { values };
}

/** `1.18`, `v1.18.4`, `v3.31.0-rc1`; `null` for any other text. */
export function parseSoftwareVersion(text: string): SoftwareVersion | null {
  const match = /^v?(\d{1,3})\.(\d{1,4})(?:\.(\d{1,4}))?(?:[-+].*)?$/.exec(text.trim());
  if (!match) return null;
  return { major: Number(match[1]), minor: Number(match[2]), patch: match[3] === undefined ? null : Number(match[3]) };
}

export function formatSoftwareVersion({ major, minor, patch }: SoftwareVersion): string {
  return patch === null ? `${major}.${minor}` : `${major}.${minor}.${patch}`;
}

/** As a statement names it, with the settings that differ from the usual ones. */
export function formatDataPlane(dataPlane: DataPlane, versioned = true): string {
  const { base: usual, settings } = KINDS[dataPlane.kind];
  const read = (of: DataPlane, property: string) => (of as unknown as Readonly<Record<string, unknown>>)[property];
  const kubeProxyReplacement = read(dataPlane, 'kubeProxyReplacement');
  const base = baseOf(dataPlane.kind, { kubeProxyReplacement });
  const differing = Object.entries(settings).flatMap(([name, { property }]) => {
    const value = read(dataPlane, property);
    return value === read(property === 'kubeProxyReplacement' ? usual : base, property) ? [] : [`${name}=${value}`];
  });
  const version = versioned && dataPlane.version ? `@${formatSoftwareVersion(dataPlane.version)}` : '';
  return [`${dataPlane.kind}${version}`, ...differing].join(',');
}

/** The data planes in one line: `kube-proxy (assumed)`, `cilium@1.18.4,service-topology=true; on windows: windows-kube-proxy`. */
export function describeDataPlanes(dataPlanes: DataPlanes): string {
  const text = dataPlaneTexts(dataPlanes).join(' or ');
  return dataPlanes.certainty === 'assumed' ? `${text} (assumed)` : text;
}

/** The data planes that fit, each once; those that differ only in covering all known versions as one. */
export function dataPlaneTexts({ candidates }: Pick<DataPlanes, 'candidates'>): readonly string[] {
  const all = [...new Set(candidates.map(assignment => describeAssignment(assignment)))];
  const unversioned = [...new Set(candidates.map(assignment => describeAssignment(assignment, false)))];
  // Nothing is known of the version.
  const isAnyVersion = all.length === unversioned.length * KNOWN_CILIUM_VERSIONS.length;
  if (!isAnyVersion) return all;
  return unversioned.map(text =>
    unversioned.length === 1 ? `${text}, version not known` : `${text} (version not known)`,
  );
}

function describeAssignment(assignment: DataPlaneAssignment, versioned = true): string {
  const format = (dataPlane: DataPlane) => formatDataPlane(dataPlane, versioned);
  const rest = assignment
    .slice(0, -1)
    .map(({ nodes, dataPlane }) => `; on ${describeNodes(nodes)}: ${format(dataPlane)}`);
  const last = assignment.at(-1);
  return `${last ? format(last.dataPlane) : ''}${rest.join('')}`;
}

/** `windows nodes`, `nodes with pool=old`, `3 nodes`. */
export function describeNodes(condition: NodeCondition | null): string {
  if (condition?.os !== undefined) return `${condition.os} nodes`;
  const names = Object.keys(condition?.names ?? {});
  if (names.length > 0) return plural(names.length, 'node');
  return `nodes with ${formatLabelSelector(condition?.selector ?? [])}`;
}
