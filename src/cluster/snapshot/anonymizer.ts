import { type EndpointSlice, SLICE_CONTROLLER } from '../../model/endpoint-slice.ts';
import type { Node, Taint } from '../../model/node.ts';
import { type Service, TAILSCALE_CLASS } from '../../model/service.ts';
import { type ClientNodeOptions, DEFAULT_EXCLUDED_TAINTS } from '../../topology/client-nodes.ts';
import { AnnotationAnonymizer } from './annotations.ts';
import { LabelPseudonyms } from './labels.ts';
import { Pseudonyms } from './pseudonyms.ts';
import type { NamespaceLabels } from './to-manifest.ts';

export interface AnonymizerOptions {
  /** Rule ids that `zonewise.dev/ignore` may name. */
  readonly rules: readonly string[];
  /** Keys and values used here are kept. */
  readonly clientNodes: ClientNodeOptions;
}

/**
 * Replaces names consistently, so that every finding stays the same. Counts, versions, ports, times, enumerated values,
 * and keys of Kubernetes' labels and taints are kept.
 */
export class Anonymizer {
  readonly #names = new Pseudonyms();
  readonly #labels: LabelPseudonyms;
  readonly #annotations: AnnotationAnonymizer;
  readonly #taints: readonly string[];

  constructor({ rules, clientNodes }: AnonymizerOptions) {
    this.#taints = [...DEFAULT_EXCLUDED_TAINTS, ...clientNodes.excludeTaints];
    this.#labels = new LabelPseudonyms(this.#names, clientNodes.selector ?? []);
    this.#annotations = new AnnotationAnonymizer(this.#labels, rules);
  }

  /** Takes all nodes together: zones are renamed in sorted order, on which allocation between zones may depend. */
  nodes(nodes: readonly Node[]): readonly Node[] {
    for (const zone of nodes.flatMap(node => node.zone ?? []).sort()) this.#names.name('zone', zone);
    for (const name of nodes.map(node => node.name).sort()) this.#names.name('node', name);
    return nodes.map(node => ({
      ...node,
      name: this.#names.name('node', node.name),
      zone: node.zone && this.#names.name('zone', node.zone),
      labels: this.#labels.map(node.labels),
      taints: node.taints.map(taint => this.#taint(taint)),
    }));
  }

  /** Taint keys that affect a result are kept. Of a key matched by its prefix, the rest is renamed. */
  #taint({ key, value, effect }: Taint): Taint {
    const prefix = this.#taints.find(known => known.endsWith('/*') && key.startsWith(known.slice(0, -1)))?.slice(0, -1);
    const renamed = () =>
      prefix ? prefix + this.#names.name('label', key.slice(prefix.length)) : this.#labels.key(key);
    return { key: this.#taints.includes(key) ? key : renamed(), value: this.#names.name('value', value), effect };
  }

  namespace({ name, labels }: NamespaceLabels): NamespaceLabels {
    return { name: this.#names.name('ns', name), labels: this.#labels.map(labels) };
  }

  nodeSelector(labels: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
    return this.#labels.map(labels);
  }

  service(service: Service): Service {
    const names = this.#names;
    return {
      ...service,
      ...this.#serviceName(service.namespace, service.name),
      labels: this.#labels.map(service.labels),
      annotations: this.#annotations.anonymize(service.annotations),
      clusterIP:
        service.clusterIP === 'None' || service.clusterIP === '' ? service.clusterIP : names.address(service.clusterIP),
      loadBalancerClass:
        service.loadBalancerClass === TAILSCALE_CLASS
          ? TAILSCALE_CLASS
          : names.name('value', service.loadBalancerClass),
      selector: service.selector && this.#labels.map(service.selector),
      ports: service.ports.map(port => ({
        ...port,
        name: names.name('port', port.name),
        targetPort: typeof port.targetPort === 'string' ? names.name('port', port.targetPort) : port.targetPort,
      })),
      externalIPs: service.externalIPs.map(ip => names.address(ip)),
      loadBalancerIngress: service.loadBalancerIngress.map(({ ip, hostname, ipMode }) => ({
        ip: ip && names.address(ip),
        hostname: names.name('host', hostname),
        ipMode,
      })),
      loadBalancerSourceRanges: service.loadBalancerSourceRanges.map(range => names.range(range)),
      topologyKeys: service.topologyKeys.map(key => (key === '*' ? key : this.#labels.key(key))),
    };
  }

  #serviceName(namespace: string, name: string): { readonly namespace: string; readonly name: string } {
    return { namespace: this.#names.name('ns', namespace), name: this.#names.name('svc', name) };
  }

  slice(slice: EndpointSlice): EndpointSlice {
    const names = this.#names;
    return {
      ...slice,
      namespace: names.name('ns', slice.namespace),
      name: names.name('slice', `${slice.namespace}/${slice.name}`),
      serviceName: names.name('svc', slice.serviceName),
      managedBy: slice.managedBy === SLICE_CONTROLLER ? SLICE_CONTROLLER : names.name('manager', slice.managedBy),
      ports: slice.ports.map(port => ({ ...port, name: port.name && names.name('port', port.name) })),
      endpoints: slice.endpoints.map(endpoint => ({
        ...endpoint,
        address: endpoint.address && names.address(endpoint.address),
        nodeName: endpoint.nodeName && names.name('node', endpoint.nodeName),
        zone: endpoint.zone && names.name('zone', endpoint.zone),
        hints: endpoint.hints && {
          zones: endpoint.hints.zones.map(zone => names.name('zone', zone)),
          nodes: endpoint.hints.nodes.map(node => names.name('node', node)),
        },
      })),
    };
  }
}
