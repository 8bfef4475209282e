import {
  ANNOTATIONS_READ,
  CILIUM_NODE,
  CILIUM_NODE_SELECTOR,
  CLIENT_NODES_ANNOTATION,
} from '../../model/annotations.ts';
import { type LabelSelector, parseLabelSelector } from '../../model/label-selector.ts';
import { type Node, ZONE_LABEL } from '../../model/node.ts';
import type { Service } from '../../model/service.ts';
import { EXCLUDE_LOAD_BALANCERS_LABEL } from '../../topology/load-balancer-nodes.ts';

export const VIRTUAL_NODE_LABELS = ['type', 'eks.amazonaws.com/compute-type'];

/** Labels of Nodes that a rule reads, in addition to those used by selectors of client nodes. */
export const NODE_LABELS = [
  ZONE_LABEL,
  EXCLUDE_LOAD_BALANCERS_LABEL,
  CILIUM_NODE,
  'node-role.kubernetes.io/control-plane',
  'node-role.kubernetes.io/master',
  ...VIRTUAL_NODE_LABELS,
];

/** The Service with only the annotations that affect a result. All labels stay, as --selector may ask for any of them. */
export function retainServiceFields(service: Service): Service {
  return { ...service, annotations: pickKeys(service.annotations, ANNOTATIONS_READ) };
}

/** The Node with only the labels that affect a result; `selected` are keys used by selectors of client nodes. */
export function retainNodeFields(node: Node, selected: ReadonlySet<string>): Node {
  return { ...node, labels: pickKeys(node.labels, [...NODE_LABELS, ...selected]) };
}

/** Label keys by which a Service's annotations select its client nodes, and in Cilium the nodes that serve it. */
export function selectedKeys({ annotations }: Service): readonly string[] {
  return [CLIENT_NODES_ANNOTATION, CILIUM_NODE_SELECTOR].flatMap(key =>
    selectorKeys(parseLabelSelector(annotations[key] ?? '')),
  );
}

export function selectorKeys(selector: LabelSelector | null): readonly string[] {
  return (selector ?? []).map(({ key }) => key);
}

function pickKeys(map: Readonly<Record<string, string>>, keys: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(map).filter(([key]) => keys.includes(key)));
}
