import {
  CLIENT_NODES_ANNOTATION,
  IGNORE_ANNOTATION,
  IGNORE_REASON_ANNOTATION,
  IGNORE_UNTIL_ANNOTATION,
} from '../../model/annotations.ts';
import { HEADLESS_LABEL } from '../../model/endpoint-slice.ts';
import type { LabelSelector } from '../../model/label-selector.ts';
import { parseLabelSelector } from '../../model/label-selector.ts';
import type { Node } from '../../model/node.ts';
import { ZONE_LABEL } from '../../model/node.ts';
import type { Service } from '../../model/service.ts';
import {
  SERVICE_PROXY_NAME_LABEL,
  TOPOLOGY_AWARE_HINTS_ANNOTATION,
  TOPOLOGY_MODE_ANNOTATION,
} from '../../model/service.ts';
import { EXCLUDE_LOAD_BALANCERS_LABEL } from '../../topology/load-balancer-nodes.ts';

export const NEG_ANNOTATION = 'cloud.google.com/neg';
export const NLB_TARGET_ANNOTATION = 'service.beta.kubernetes.io/aws-load-balancer-nlb-target-type';
export const AWS_TYPE_ANNOTATION = 'service.beta.kubernetes.io/aws-load-balancer-type';
export const VIRTUAL_NODE_LABELS = ['type', 'eks.amazonaws.com/compute-type'];

/** Labels of Nodes that a rule reads, in addition to those used by selectors of client nodes. */
export const NODE_LABELS = [
  ZONE_LABEL,
  EXCLUDE_LOAD_BALANCERS_LABEL,
  'node-role.kubernetes.io/control-plane',
  'node-role.kubernetes.io/master',
  ...VIRTUAL_NODE_LABELS,
];
export const SERVICE_LABELS = [SERVICE_PROXY_NAME_LABEL, HEADLESS_LABEL];
const SERVICE_ANNOTATIONS = [
  TOPOLOGY_MODE_ANNOTATION,
  TOPOLOGY_AWARE_HINTS_ANNOTATION,
  IGNORE_ANNOTATION,
  IGNORE_REASON_ANNOTATION,
  IGNORE_UNTIL_ANNOTATION,
  CLIENT_NODES_ANNOTATION,
  NEG_ANNOTATION,
  NLB_TARGET_ANNOTATION,
  AWS_TYPE_ANNOTATION,
];

/** The Service with only the labels and annotations that affect a result. */
export function retainServiceFields(service: Service): Service {
  const labels = pickKeys(service.labels, SERVICE_LABELS);
  return { ...service, labels, annotations: pickKeys(service.annotations, SERVICE_ANNOTATIONS) };
}

/** The Node with only the labels that affect a result; `selected` are keys used by selectors of client nodes. */
export function retainNodeFields(node: Node, selected: ReadonlySet<string>): Node {
  return { ...node, labels: pickKeys(node.labels, [...NODE_LABELS, ...selected]) };
}

/** Label keys by which a Service's annotation selects its client nodes. */
export function selectedKeys({ annotations }: Service): readonly string[] {
  return selectorKeys(parseLabelSelector(annotations[CLIENT_NODES_ANNOTATION] ?? ''));
}

export function selectorKeys(selector: LabelSelector | null): readonly string[] {
  return (selector ?? []).map(({ key }) => key);
}

function pickKeys(map: Readonly<Record<string, string>>, keys: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(map).filter(([key]) => keys.includes(key)));
}
