import { parse } from 'yaml';
import { asList, asObject, asString, asStringMap, type RawObject } from '../../model/raw.ts';
import { argument, argumentsOf, type EvidenceObject, imageTag, podSpec } from './evidence.ts';

type Labels = Readonly<Record<string, string>>;

const CILIUM_KEYS = [
  'kube-proxy-replacement',
  'enable-service-topology',
  'bpf-lb-sock',
  'enable-internal-traffic-policy',
  'enable-node-port',
  'enable-external-ips',
  'k8s-service-proxy-name',
];
const KUBE_PROXY_KEYS = ['mode', 'clusterCIDR', 'detectLocalMode', 'nodePortAddresses'];
const READ_ARGUMENTS = [
  'config',
  'proxy-mode',
  'cluster-cidr',
  'detect-local-mode',
  'nodeport-addresses',
  'run-service-proxy',
];
const AGENT_CONTAINERS = ['kube-proxy', 'cilium-agent', 'calico-node', 'antrea-agent', 'kube-router'];

/** The node selector of a DaemonSet. */
export function nodeSelectorOf(object: EvidenceObject): Labels {
  return asStringMap(podSpec(object)['nodeSelector']);
}

/**
 * The object with only the fields that detection reads. Addresses and registries are left out.
 *
 * @param renamed renames labels of nodes
 */
export function retainEvidence(object: EvidenceObject, renamed: (labels: Labels) => Labels): RawObject {
  const { raw, namespace, name } = object;
  const metadata = { name, ...(namespace !== '' && { namespace }) };
  const apiVersion = asString(raw['apiVersion']) || (object.kind === 'ConfigMap' ? 'v1' : 'apps/v1');
  const head = { apiVersion, kind: object.kind.split('.')[0] };
  if (object.kind === 'ConfigMap') return { ...head, metadata, data: retainData(asStringMap(raw['data'])) };
  if (object.kind === 'DaemonSet') return { ...head, ...retainDaemonSet(object, metadata, renamed) };
  const { bpfEnabled, calicoNetwork, defaultNetwork } = asObject(raw['spec']);
  const linuxDataplane = asObject(calicoNetwork)['linuxDataplane'];
  const type = asObject(defaultNetwork)['type'];
  return {
    ...head,
    metadata,
    spec: {
      ...(bpfEnabled !== undefined && { bpfEnabled }),
      ...(linuxDataplane !== undefined && { calicoNetwork: { linuxDataplane } }),
      ...(type !== undefined && { defaultNetwork: { type } }),
    },
  };
}

function retainData(data: Labels): RawObject {
  const kept: Record<string, string> = {};
  for (const key of CILIUM_KEYS) if (data[key] !== undefined) kept[key] = data[key];
  for (const key of ['config.conf', 'config']) {
    const config = parsed(data[key]);
    if (!config) continue;
    const settings = KUBE_PROXY_KEYS.filter(name => config[name] !== undefined).map(name => [name, config[name]]);
    // Only whether there is a CIDR matters.
    if (asString(config['clusterCIDR']) !== '') settings.push(['clusterCIDR', 'set']);
    kept[key] = JSON.stringify(Object.fromEntries(settings));
  }
  const agent = parsed(data['antrea-agent.conf']);
  if (agent) {
    const { enable, proxyAll } = asObject(agent['antreaProxy']);
    kept['antrea-agent.conf'] = JSON.stringify({ antreaProxy: { enable, proxyAll } });
  }
  return kept;
}

function parsed(text: string | undefined): RawObject | null {
  try {
    return text === undefined ? null : asObject(parse(text));
  } catch {
    return null;
  }
}

function retainDaemonSet(object: EvidenceObject, metadata: object, renamed: (labels: Labels) => Labels): RawObject {
  const own = asObject(object.raw['metadata']);
  const { 'k8s-app': app, 'helm.sh/chart': chart } = asStringMap(own['labels']);
  const status = asObject(object.raw['status']);
  const containers = asList(podSpec(object)['containers']).map(asObject);
  const agents = containers.filter(({ name }) => AGENT_CONTAINERS.includes(asString(name)));
  const read = agents.length > 0 ? agents : containers.slice(0, 1);
  const given = argumentsOf(object);
  const isBpf = (container: RawObject) =>
    asList(container['env'])
      .map(asObject)
      .filter(({ name }) => name === 'FELIX_BPFENABLED');
  return {
    metadata: { ...metadata, labels: { ...(app && { 'k8s-app': app }), ...(chart && { 'helm.sh/chart': chart }) } },
    spec: {
      template: {
        spec: {
          nodeSelector: renamed(nodeSelectorOf(object)),
          containers: read.map(container => {
            const name = asString(container['name']);
            const tag = imageTag(object, name);
            return {
              name,
              image: tag === '' ? name : `${name}:${tag}`,
              args: READ_ARGUMENTS.flatMap(flag => {
                const value = argument(given, flag);
                return value === null ? [] : [`--${flag}=${value}`];
              }),
              env: isBpf(container),
            };
          }),
        },
      },
    },
    status: {
      observedGeneration: status['observedGeneration'],
      desiredNumberScheduled: status['desiredNumberScheduled'],
      updatedNumberScheduled: status['updatedNumberScheduled'],
    },
  };
}
