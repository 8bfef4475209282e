import { CLIENT_NODES_ANNOTATION } from '../model/annotations.ts';
import { matchesSelector, parseLabelSelector } from '../model/label-selector.ts';
import type { Rule } from './rule.ts';

export const clientNodesMatchNoNode: Rule = {
  id: 'client-nodes-match-no-node',
  level: 'info',
  needs: ['nodes'],
  cannotBeIgnored: true,
  summary: 'zonewise.dev/client-nodes selects no node',
  why: `The annotation says on which nodes the clients of the Service run. If no node has these labels,
it has no effect: all nodes count as clients. A label was renamed or misspelled, or a node pool is scaled to zero.`,
  fix: 'Use labels that the nodes have, or remove the annotation. Nothing needs fixing if the node pool is scaled to zero.',
  example: `apiVersion: v1
kind: Service
metadata:
  name: agent
  annotations: { zonewise.dev/client-nodes: pool=wev }
spec:
  selector: { app: agent }
  ports: [{ port: 4317 }]
  internalTrafficPolicy: Local
`,
  source: 'zonewise',
  appliesTo: ({ annotations }) => (annotations[CLIENT_NODES_ANNOTATION] ?? '').trim() !== '',
  *check({ service, nodes }) {
    const text = service.annotations[CLIENT_NODES_ANNOTATION] ?? '';
    const selector = parseLabelSelector(text);
    if (selector === null || nodes().nodes.some(({ labels }) => matchesSelector(selector, labels))) return;
    yield {
      message: fmt =>
        `${CLIENT_NODES_ANNOTATION} ${fmt.value(text)} selects no node, so it has no effect: all nodes count as clients`,
      path: `metadata.annotations["${CLIENT_NODES_ANNOTATION}"]`,
    };
  },
};
