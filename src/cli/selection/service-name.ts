import { didYouMean } from '../../model/did-you-mean.ts';
import { firstNames } from '../../model/first-names.ts';
import { objectKey } from '../../model/object-key.ts';
import type { Service } from '../../model/service.ts';
import type { Topology } from '../../model/topology.ts';
import { InputError } from '../../runtime/errors.ts';

/** The prefixes that kubectl accepts before the name of a Service: `svc/web`. */
export const SERVICE_KINDS: readonly string[] = ['svc', 'service', 'services'];

/** True for the word that comes first in `kubectl get svc web`. */
export function isServiceKind(word: string): boolean {
  return SERVICE_KINDS.includes(word.toLowerCase());
}

/**
 * The Service that `NAME`, `svc/NAME` or `NAMESPACE/NAME` names; the first two in `namespace`. Throws InputError for any
 * other text, an unknown Service, and for `svc/NAME` where a namespace is called svc and both readings exist.
 */
export function findService(text: string, namespace: string, topology: Topology): Service {
  const [first = '', second, ...rest] = text.split('/');
  const isQualified = second !== undefined;
  if (first === '' || second === '' || rest.length > 0 || !/^[\w./-]+$/.test(text)) {
    throw new InputError(`${JSON.stringify(text)} is not a NAMESPACE/NAME, svc/NAME or NAME`);
  }
  const byPath = isQualified ? topology.service(first, second) : undefined;
  const name = isQualified && isServiceKind(first) ? second : isQualified ? null : first;
  const byName = name === null ? undefined : topology.service(namespace, name);
  if (byPath && byName && byPath !== byName) {
    const [here, there] = [objectKey(namespace, byName.name), objectKey(first, byPath.name)];
    throw new InputError(`${text} may be ${here} or ${there}: write ${here}, or ${byPath.name} --namespace ${first}`);
  }
  const found = byName ?? byPath;
  if (found) return found;
  if (isQualified && OTHER_KINDS.includes(first.toLowerCase()) && !hasNamespace(first, topology))
    throw new InputError(
      `${JSON.stringify(text)}: ${JSON.stringify(first)} is not a kind that zonewise reads; expected svc/NAME or NAMESPACE/NAME`,
    );
  throw unknownService(name === null ? { namespace: first, name: second ?? '' } : { namespace, name }, topology);
}

/** Kinds that kubectl takes in the same place. */
const OTHER_KINDS = [
  ...['pod', 'pods', 'po', 'deploy', 'deployment', 'deployments', 'sts', 'statefulset', 'statefulsets'],
  ...['ds', 'daemonset', 'daemonsets', 'rs', 'replicaset', 'replicasets', 'ing', 'ingress', 'ingresses'],
  ...['no', 'node', 'nodes', 'ep', 'endpoints', 'endpointslice', 'endpointslices', 'ns', 'namespace', 'namespaces'],
];

function hasNamespace(namespace: string, topology: Topology): boolean {
  return topology.services().some(service => service.namespace === namespace);
}

interface ServiceRef {
  readonly namespace: string;
  readonly name: string;
}

function unknownService({ namespace, name }: ServiceRef, topology: Topology): InputError {
  const all = topology.services();
  const keys = (services: readonly Service[]) => services.map(other => objectKey(other.namespace, other.name));
  const like = keys(all.filter(other => other.name === name));
  const key = objectKey(namespace, name);
  const hint =
    like.length > 0 ? `; there is ${firstNames(like, MAX_NAMES_SHOWN)}` : didYouMean(key.toLowerCase(), keys(all));
  return new InputError(`no Service ${key} in this cluster${hint}`);
}

const MAX_NAMES_SHOWN = 5;
