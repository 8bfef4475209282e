import { asList, asObject, asString, asStringMap, type RawObject } from '../../model/raw.ts';

/** An object that says something about the data plane, or may. */
export interface EvidenceObject {
  /** As in a Manifest: with the API group, except for core and apps. */
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly raw: RawObject;
}

/** The facts known about a cluster. */
export interface Evidence {
  readonly objects: readonly EvidenceObject[];
  /** Objects that may not be read, as `DaemonSet kube-system/cilium`. */
  readonly unreadable: readonly string[];
  /** True if every object of NAMED_EVIDENCE that exists is there or unreadable; false for files, which may hold any part. */
  readonly complete: boolean;
}

interface NamedObject extends Pick<EvidenceObject, 'kind' | 'namespace' | 'name'> {
  readonly path: string;
}

const configMap = (name: string): NamedObject => ({
  kind: 'ConfigMap',
  namespace: 'kube-system',
  name,
  path: `/api/v1/namespaces/kube-system/configmaps/${name}`,
});

const daemonSet = (name: string, namespace = 'kube-system'): NamedObject => ({
  kind: 'DaemonSet',
  namespace,
  name,
  path: `/apis/apps/v1/namespaces/${namespace}/daemonsets/${name}`,
});

const clusterObject = (kind: string, version: string, name: string): NamedObject => {
  const [singular = '', group] = [kind.slice(0, kind.indexOf('.')), kind.slice(kind.indexOf('.') + 1)];
  return { kind, namespace: '', name, path: `/apis/${group}/${version}/${singular.toLowerCase()}s/${name}` };
};

/** The objects that a live cluster is asked for, each by its name. */
export const NAMED_EVIDENCE: readonly NamedObject[] = [
  ...['kube-proxy', 'kube-proxy-config', 'cilium-config', 'antrea-config'].map(configMap),
  ...['kube-proxy', 'kube-proxy-windows', 'cilium', 'anetd', 'antrea-agent', 'kube-router', 'calico-node'].map(name =>
    daemonSet(name),
  ),
  daemonSet('calico-node', 'calico-system'),
  daemonSet('ovnkube-node', 'openshift-ovn-kubernetes'),
  clusterObject('FelixConfiguration.crd.projectcalico.org', 'v1', 'default'),
  clusterObject('Installation.operator.tigera.io', 'v1', 'default'),
  clusterObject('Network.operator.openshift.io', 'v1', 'cluster'),
];

const FURTHER_KINDS = ['CiliumNodeConfig.cilium.io', 'FelixConfiguration.projectcalico.org'];
const AGENT_LABELS = ['kube-proxy', 'cilium', 'calico-node', 'kube-router'];

/** The objects of a file or a list that may say something about the data plane. */
export function evidenceAmong<T extends EvidenceObject>(objects: readonly T[]): readonly T[] {
  return objects.filter(object => {
    const { kind, name } = object;
    if (FURTHER_KINDS.includes(kind)) return true;
    if (kind === 'Pod' || kind === 'DaemonSet') {
      const isNamed = NAMED_EVIDENCE.some(named => named.kind === kind && named.name === name);
      return isNamed || AGENT_LABELS.includes(agentLabel(object.raw));
    }
    return NAMED_EVIDENCE.some(named => named.kind === kind && named.name === name);
  });
}

/** Static Pods of kube-proxy (RKE2, GKE) have the label `component`. */
function agentLabel(raw: RawObject): string {
  const { 'k8s-app': app, component } = asStringMap(asObject(raw['metadata'])['labels']);
  return app ?? (component === 'kube-proxy' ? component : '');
}

/** The objects of one kind with one of these names, or with their own label in them. */
export function agents({ objects }: Evidence, kind: 'DaemonSet' | 'Pod', names: readonly string[]) {
  return objects.filter(
    object => object.kind === kind && (names.includes(object.name) || names.includes(agentLabel(object.raw))),
  );
}

export function named({ objects }: Evidence, kind: string, name: string): EvidenceObject | undefined {
  return objects.find(object => object.kind === kind && object.name === name);
}

export function isUnreadable({ unreadable }: Evidence, kind: string, name: string): boolean {
  return unreadable.some(text => text.startsWith(`${kind} `) && text.endsWith(`/${name}`));
}

export function describeObject({ kind, namespace, name }: Pick<EvidenceObject, 'kind' | 'namespace' | 'name'>): string {
  return `${kind.split('.')[0]} ${namespace}/${name}`;
}

/** The Pod template of a DaemonSet, or a Pod's own spec. */
export function podSpec({ kind, raw }: EvidenceObject): RawObject {
  const spec = asObject(raw['spec']);
  return kind === 'Pod' ? spec : asObject(asObject(spec['template'])['spec']);
}

/** The image tag of a container: `v1.18.4` of `quay.io/cilium/cilium:v1.18.4@sha256:…`; `''` without one. */
export function imageTag(object: EvidenceObject, container: string): string {
  const containers = asList(podSpec(object)['containers']).map(asObject);
  const one = containers.find(({ name }) => name === container) ?? containers[0];
  const image = asString(one?.['image']).split('@')[0] ?? '';
  const file = image.slice(image.lastIndexOf('/') + 1);
  return file.includes(':') ? file.slice(file.indexOf(':') + 1) : '';
}

/** Command line and arguments of all containers; the text of `sh -c TEXT` as its words. */
export function argumentsOf(object: EvidenceObject): readonly string[] {
  return asList(podSpec(object)['containers'])
    .map(asObject)
    .flatMap(({ command, args }) => [...asList(command), ...asList(args)].map(asString))
    .flatMap(text => (text.startsWith('-') ? [text] : text.split(/\s+/)));
}

/** The value of `--name=value` or `--name value`, `null` without it. */
export function argument(args: readonly string[], name: string): string | null {
  const flag = `--${name}`;
  const index = args.findLastIndex(arg => arg === flag || arg.startsWith(`${flag}=`));
  const value = args[index] === flag ? args[index + 1] : args[index]?.slice(flag.length + 1);
  return value === undefined ? null : value.replaceAll(/["']/g, '');
}

/** False if the DaemonSet controller has found that no node matches. */
export function hasPods({ raw }: EvidenceObject): boolean {
  const { desiredNumberScheduled, observedGeneration } = asObject(raw['status']);
  return desiredNumberScheduled !== 0 || observedGeneration === undefined;
}

/** True while a new version of a DaemonSet is being rolled out. */
export function isRollingOut({ raw }: EvidenceObject): boolean {
  const { desiredNumberScheduled: desired, updatedNumberScheduled: updated } = asObject(raw['status']);
  return typeof desired === 'number' && typeof updated === 'number' && updated < desired;
}
