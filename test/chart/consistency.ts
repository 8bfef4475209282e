import { type Config, parseConfig } from '../../src/config/config.ts';
import { asList, asObject, asString } from '../../src/model/raw.ts';
import { errorMessage } from '../../src/runtime/errors.ts';
import { ofKind, type Rendered } from './rendered.ts';

/** Inconsistencies among rendered objects, and violations of the restricted Pod standard. */
export function faultsOf(
  objects: readonly Rendered[],
  namespace: string,
  values: Readonly<Record<string, unknown>> = {},
): readonly string[] {
  const product = values['nameOverride'] ?? 'zonewise';
  const existing = [values['serve'], values['controller']]
    .map(component => asObject(asObject(component).serviceAccount))
    .flatMap(({ create, name }) => (create === false ? [name] : []));
  return [
    ...doubles(objects),
    ...objects.flatMap(object => placement(object, { namespace, product })),
    ...podsOf(objects).flatMap(pod => [...podFaults(pod), ...missingFor(pod, objects, existing)]),
    ...ofKind(objects, 'Service').flatMap(service => serviceFaults(service, objects)),
    ...webhooksOf(objects).flatMap(webhook => webhookFaults(webhook, objects, namespace)),
    ...configFaults(objects),
  ];
}

interface Pod {
  readonly owner: string;
  readonly labels: Readonly<Record<string, unknown>>;
  readonly spec: Readonly<Record<string, unknown>>;
}

export function podsOf(objects: readonly Rendered[]): readonly Pod[] {
  return objects.flatMap(object => {
    const { template, ...spec } = asObject(object['spec']);
    const owner = `${object.kind} ${object.metadata.name}`;
    if (object.kind === 'Pod') return [{ owner, labels: object.metadata.labels ?? {}, spec }];
    if (template === undefined) return [];
    const { metadata, spec: podSpec } = asObject(template);
    return [{ owner, labels: asObject(asObject(metadata).labels), spec: asObject(podSpec) }];
  });
}

function doubles(objects: readonly Rendered[]): readonly string[] {
  const keys = objects.map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? ''}/${metadata.name}`);
  return keys.filter((key, index) => keys.indexOf(key) !== index).map(key => `${key} is there twice`);
}

const CLUSTER_WIDE = /^(Cluster|.*WebhookConfiguration$|ValidatingAdmissionPolicy)/;

interface Place {
  readonly namespace: string;
  readonly product: unknown;
}

function placement({ kind, metadata }: Rendered, { namespace, product }: Place): readonly string[] {
  const expected: readonly (string | undefined)[] = CLUSTER_WIDE.test(kind)
    ? [undefined]
    : /^Role/.test(kind)
      ? [namespace, 'kube-system']
      : [namespace];
  const labelled = metadata.labels?.['app.kubernetes.io/name'] === product;
  return [
    ...(expected.includes(metadata.namespace) ? [] : [`${kind} ${metadata.name} is in ${metadata.namespace}`]),
    ...(labelled ? [] : [`${kind} ${metadata.name} lacks its labels`]),
  ];
}

function podFaults({ owner, spec }: Pod): readonly string[] {
  const faults: string[] = [];
  const expect = (holds: boolean, what: string): void => void (holds || faults.push(`${owner}: ${what}`));
  expect(asObject(spec['securityContext'])['runAsNonRoot'] === true, 'may run as root');
  expect(spec['enableServiceLinks'] === false, 'gets links to Services');
  for (const container of asList(spec['containers']).map(asObject)) {
    const security = asObject(container['securityContext']);
    expect(security['readOnlyRootFilesystem'] === true, 'may write to its root');
    expect(security['allowPrivilegeEscalation'] === false, 'may escalate');
    expect(JSON.stringify(asObject(security['capabilities'])) === '{"drop":["ALL"]}', 'keeps capabilities');
    expect(asObject(security['seccompProfile'])['type'] === 'RuntimeDefault', 'has no seccomp profile');
    const limits = asObject(asObject(container['resources'])['limits']);
    expect(limits['memory'] !== undefined && limits['cpu'] === undefined, 'memory must be limited, the processor not');
    expect(!JSON.stringify(container['volumeMounts'] ?? []).includes('subPath'), 'a subPath never changes');
    expect(/^[^\s]+(:[\w.-]+|@sha256:[0-9a-f]{64})$/.test(asString(container['image'])), 'has an odd image');
  }
  return faults;
}

/** Volumes, mounts and accounts that are referenced but missing. Secrets are never part of a chart. */
function missingFor(
  { owner, spec }: Pod,
  objects: readonly Rendered[],
  existing: readonly unknown[],
): readonly string[] {
  const volumes = asList(spec['volumes']).map(asObject);
  const names = volumes.map(({ name }) => name);
  const mounted = asList(spec['containers']).flatMap(container => asList(asObject(container)['volumeMounts']));
  const account = spec['serviceAccountName'];
  const configMaps = volumes.map(({ configMap }) => asObject(configMap)['name']);
  const foreign = (name: unknown): boolean => name === undefined || name === 'api-server-ca';
  return [
    ...mounted.map(mount => asObject(mount)['name']).filter(name => !names.includes(name)),
    ...configMaps.filter(name => !foreign(name) && !has(objects, 'ConfigMap', name)),
    ...(account === undefined || existing.includes(account) || has(objects, 'ServiceAccount', account)
      ? []
      : [account]),
  ].map(name => `${owner} names ${String(name)}, which is not there`);
}

function has(objects: readonly Rendered[], kind: string, name: unknown): boolean {
  return ofKind(objects, kind).some(({ metadata }) => metadata.name === name);
}

/** Each Service selects the Pods of exactly one Deployment and targets a port that they have. */
function serviceFaults(service: Rendered, objects: readonly Rendered[]): readonly string[] {
  const { selector, ports } = asObject(service['spec']);
  const wanted = Object.entries(asObject(selector));
  const chosen = podsOf(objects).filter(({ labels }) => wanted.every(([key, value]) => labels[key] === value));
  const [pod, ...others] = chosen;
  if (!pod || others.length > 0)
    return [`Service ${service.metadata.name} leads to ${chosen.map(({ owner }) => owner)}`];
  const open = asList(pod.spec['containers']).flatMap(container => asList(asObject(container)['ports']));
  return asList(ports)
    .map(port => asObject(port)['targetPort'])
    .filter(target => !open.some(port => asObject(port)['name'] === target))
    .map(target => `${pod.owner} has no port ${String(target)}`);
}

function webhooksOf(objects: readonly Rendered[]): readonly Readonly<Record<string, unknown>>[] {
  return objects.flatMap(object => asList(object['webhooks'])).map(asObject);
}

function webhookFaults(
  webhook: Readonly<Record<string, unknown>>,
  objects: readonly Rendered[],
  namespace: string,
): readonly string[] {
  const service = asObject(asObject(webhook['clientConfig'])['service']);
  const target = ofKind(objects, 'Service').find(({ metadata }) => metadata.name === service['name']);
  const ports = asList(asObject(target?.['spec'])['ports']).map(port => asObject(port)['port']);
  const excluded = JSON.stringify(webhook['namespaceSelector']);
  return [
    ...(ports.includes(service['port']) && service['namespace'] === namespace ? [] : ['a webhook leads nowhere']),
    ...(excluded.includes(`"${namespace}"`) && excluded.includes('"kube-system"') ? [] : ['a webhook guards itself']),
    ...(webhook['sideEffects'] === 'None' ? [] : ['a webhook cannot be asked in a dry run']),
  ];
}

function configFaults(objects: readonly Rendered[]): readonly string[] {
  const text = asString(
    ofKind(objects, 'ConfigMap')
      .map(({ data }) => asObject(data)['zonewise.yaml'])
      .find(Boolean),
  );
  let config: Config;
  try {
    config = parseConfig(text, 'zonewise.yaml');
  } catch (error) {
    return [`the configuration is bad: ${errorMessage(error)}`];
  }
  const { certificates, webhooks, serving } = config;
  const deployments = ofKind(objects, 'Deployment');
  const mounts = JSON.stringify(deployments);
  return [
    ...(has(objects, 'Service', certificates.service) ? [] : ['the certificate is for a Service that is not there']),
    ...(mounts.includes(`"secretName":"${certificates.secret}"`) ? [] : ['another Secret is mounted than is written']),
    ...(has(objects, 'ValidatingWebhookConfiguration', webhooks.validating) ? [] : ['the caBundle goes nowhere']),
    ...((serving.clientCA === '') === !mounts.includes('client-ca')
      ? []
      : ["the clients' CA is not where it is looked for"]),
  ];
}
