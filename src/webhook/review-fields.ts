import { ANNOTATIONS_READ, LABELS_READ } from '../model/annotations.ts';
import { SMALL_VALUE_BYTES } from './value-copier.ts';

/** Bytes of one list or map of a large review that are read, such as `spec.ports`: about 10,000 ports. */
export const MAX_LIST_BYTES = 1024 * 1024;

/** Members of an object by name; a number is the limit of a value in bytes. */
export type Fields = ReadonlyMap<string, Fields | number>;

/** The parts of an AdmissionReview that an evaluation reads. The body reader skips all others. */
export const REVIEW_FIELDS: Fields = reviewFields();

function reviewFields(): Fields {
  const metadata = new Map<string, Fields | number>([
    ...values('name', 'namespace', 'deletionTimestamp'),
    ['labels', new Map(values(...LABELS_READ))],
    ['annotations', new Map(values(...ANNOTATIONS_READ))],
  ]);
  const spec = new Map<string, number>([
    ...values('type', 'clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy', 'allocateLoadBalancerNodePorts'),
    ...values('internalTrafficPolicy', 'externalTrafficPolicy', 'trafficDistribution', 'topologyKeys'),
    ...values('healthCheckNodePort', 'sessionAffinity', 'sessionAffinityConfig', 'publishNotReadyAddresses'),
    ...values('loadBalancerClass'),
    ...['ports', 'selector', 'externalIPs', 'loadBalancerSourceRanges'].map(name => [name, MAX_LIST_BYTES] as const),
  ]);
  const status = new Map([['loadBalancer', new Map([['ingress', MAX_LIST_BYTES]])]]);
  const service = new Map<string, Fields | number>([...values('apiVersion', 'kind')]);
  service.set('metadata', metadata).set('spec', spec).set('status', status);
  const request = new Map<string, Fields | number>([
    ...values('uid', 'kind', 'resource', 'subResource', 'name', 'namespace', 'operation', 'dryRun'),
    ['object', service],
    ['oldObject', service],
  ]);
  return new Map<string, Fields | number>([...values('apiVersion', 'kind'), ['request', request]]);
}

/** The parts of an AdmissionReview of a workload, a Scale, an Eviction or a Node. */
export const WORKLOAD_REVIEW_FIELDS: Fields = workloadReviewFields();

function workloadReviewFields(): Fields {
  const labels = ['labels', MAX_LIST_BYTES] as const;
  const podSpec = new Map<string, Fields | number>([
    ...['nodeSelector', 'affinity', 'tolerations', 'containers', 'initContainers', 'topologySpreadConstraints'].map(
      name => [name, MAX_LIST_BYTES] as const,
    ),
    ...values('schedulerName'),
  ]);
  const template = new Map<string, Fields | number>([
    ['metadata', new Map([labels])],
    ['spec', podSpec],
  ]);
  const spec = new Map<string, Fields | number>([
    ...values('replicas', 'strategy', 'updateStrategy', 'ordinals', 'unschedulable'),
    ['selector', MAX_LIST_BYTES],
    ['template', template],
  ]);
  const metadata = new Map<string, Fields | number>(
    values('name', 'namespace', 'deletionTimestamp', 'ownerReferences'),
  );
  const object = new Map<string, Fields | number>([...values('apiVersion', 'kind')]);
  object
    .set('metadata', metadata)
    .set('spec', spec)
    .set('status', new Map(values('selector')));
  const request = new Map<string, Fields | number>([
    ...values('uid', 'kind', 'resource', 'subResource', 'name', 'namespace', 'operation', 'dryRun', 'options'),
    ['object', object],
    ['oldObject', object],
  ]);
  return new Map<string, Fields | number>([...values('apiVersion', 'kind'), ['request', request]]);
}

function values(...names: readonly string[]): (readonly [string, number])[] {
  return names.map(name => [name, SMALL_VALUE_BYTES]);
}
