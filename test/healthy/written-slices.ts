import type { Manifest } from '../../src/cluster/manifests/manifest.ts';
import { ManifestTopology } from '../../src/cluster/manifests/manifest-topology.ts';
import type { Endpoint, EndpointSlice } from '../../src/model/endpoint-slice.ts';
import { HEADLESS_LABEL, MANAGED_BY_LABEL, SERVICE_NAME_LABEL } from '../../src/model/endpoint-slice.ts';
import type { RawObject } from '../../src/model/raw.ts';
import { asList, asObject } from '../../src/model/raw.ts';
import type { KubernetesVersion } from '../../src/model/version.ts';
import { hintInputs, predictHints } from '../../src/topology/hints.ts';
import { NodeSet } from '../../src/topology/node-set.ts';

/**
 * The EndpointSlices, as raw objects, that the controller has written for the Services of a cluster: of Pods that have an
 * address, with the hints that their Services request. A Service that already has slices gets none.
 */
export function writtenSlices(manifests: readonly Manifest[], version: KubernetesVersion): readonly RawObject[] {
  const topology = new ManifestTopology(
    manifests.filter(manifest => manifest.kind !== 'Pod' || hasAddress(manifest.raw)),
  );
  const own = new Set(manifests.filter(({ kind }) => kind === 'EndpointSlice').map(({ raw }) => ownerOf(raw)));
  return topology
    .services()
    .filter(({ namespace, name }) => !own.has(`${namespace}/${name}`))
    .flatMap(service => {
      const slices = topology.slices(service.namespace, service.name);
      return predictHints(hintInputs(service, version), slices, new NodeSet(topology.nodes())).slices.map(rawSlice);
    });
}

/** The Pod with a generated address, unique per index, if it runs and the file does not give one. */
export function withPodAddress(raw: RawObject, i: number): RawObject {
  const status = asObject(raw['status']);
  if (raw['kind'] !== 'Pod' || status['phase'] !== 'Running' || hasAddress(raw)) return raw;
  return { ...raw, status: { ...status, podIPs: [{ ip: `10.244.${i >> 8}.${i & 255}` }] } };
}

function hasAddress(pod: RawObject): boolean {
  return asList(asObject(pod['status'])['podIPs']).length > 0;
}

function ownerOf(slice: RawObject): string {
  const metadata = asObject(slice['metadata']);
  return `${metadata['namespace'] ?? 'default'}/${asObject(metadata['labels'])[SERVICE_NAME_LABEL]}`;
}

function rawSlice(slice: EndpointSlice): RawObject {
  const { namespace, name, serviceName, managedBy, proxied, addressType, ports, endpoints } = slice;
  const labels = { [SERVICE_NAME_LABEL]: serviceName, [MANAGED_BY_LABEL]: managedBy };
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { namespace, name, labels: proxied ? labels : { ...labels, [HEADLESS_LABEL]: '' } },
    addressType,
    ports,
    endpoints: endpoints.map(rawEndpoint),
  };
}

function rawEndpoint({ address, ready, serving, terminating, nodeName, zone, hints }: Endpoint): RawObject {
  const named = (name: string) => ({ name });
  return {
    addresses: [address],
    conditions: { ready, serving, terminating },
    nodeName,
    zone,
    ...(hints && { hints: { forZones: hints.zones.map(named), forNodes: hints.nodes.map(named) } }),
  };
}
