import { describe, expect, test } from 'vitest';
import type { Lab } from '../environment.ts';

interface Story {
  readonly fact: string;
  readonly name: string;
  /** The Service from `metadata` on; `kubectl apply` gets it as written. */
  readonly service: string;
  readonly rule: string;
  /** Has to stand in the warning. */
  readonly says: readonly string[];
  /** Must not stand in it. */
  readonly omits?: readonly string[];
  /** Nodes of the endpoints that the controller will write; none for a Service without slices worth waiting for. */
  readonly endpointsOn?: readonly string[];
}

const STORIES: readonly Story[] = [
  {
    fact: 'topology-mode Auto makes trafficDistribution a dead letter',
    name: 'auto-and-near',
    service: `
metadata: { name: auto-and-near, namespace: shop, annotations: { service.kubernetes.io/topology-mode: Auto } }
spec: { selector: { app: spread }, ports: [{ port: 80 }], trafficDistribution: PreferSameZone }`,
    rule: 'topology-mode-overrides-traffic-distribution',
    says: ['Auto'],
    endpointsOn: ['a1', 'b1', 'c1'],
  },
  {
    fact: 'internalTrafficPolicy Local names the nodes without an endpoint, control planes aside',
    name: 'local-gap',
    service: `
metadata: { name: local-gap, namespace: shop }
spec: { selector: { app: web }, ports: [{ port: 80 }], internalTrafficPolicy: Local }`,
    rule: 'local-policy-uncovered-nodes',
    says: ['b2', 'c1'],
    omits: ['a1', 'a2', 'b1', 'cp1', 'cp2'],
    endpointsOn: ['a1', 'a2', 'b1'],
  },
  {
    fact: 'externalTrafficPolicy Local on a NodePort names the nodes that drop what comes from outside',
    name: 'node-port-gap',
    service: `
metadata: { name: node-port-gap, namespace: shop }
spec: { type: NodePort, selector: { app: web }, ports: [{ port: 80 }], externalTrafficPolicy: Local }`,
    rule: 'external-local-uncovered-nodes',
    says: ['b2', 'c1'],
    omits: ['a1', 'a2', 'b1'],
    endpointsOn: ['a1', 'a2', 'b1'],
  },
  {
    fact: 'trafficDistribution has nothing left to steer under internalTrafficPolicy Local',
    name: 'near-and-local',
    service: `
metadata: { name: near-and-local, namespace: shop }
spec: { selector: { app: agent }, ports: [{ port: 80 }], internalTrafficPolicy: Local, trafficDistribution: PreferSameNode }`,
    rule: 'traffic-distribution-unused',
    says: ['trafficDistribution'],
    endpointsOn: ['a1', 'a2', 'b1', 'b2', 'c1'],
  },
  {
    fact: 'topology-mode AUTO is spelt wrong and means disabled',
    name: 'shouting',
    service: `
metadata: { name: shouting, namespace: shop, annotations: { service.kubernetes.io/topology-mode: AUTO } }
spec: { selector: { app: spread }, ports: [{ port: 80 }] }`,
    rule: 'unknown-topology-mode',
    says: ['AUTO'],
    endpointsOn: ['a1', 'b1', 'c1'],
  },
  {
    fact: 'internalTrafficPolicy Local on a headless Service is read by nobody',
    name: 'headless-local',
    service: `
metadata: { name: headless-local, namespace: shop }
spec: { clusterIP: None, selector: { app: web }, ports: [{ port: 80 }], internalTrafficPolicy: Local }`,
    rule: 'field-not-applicable',
    says: ['internalTrafficPolicy'],
    endpointsOn: ['a1', 'a2', 'b1'],
  },
  {
    fact: 'one endpoint on a node without a zone blocks zone routing everywhere',
    name: 'one-without-zone',
    service: `
metadata: { name: one-without-zone, namespace: shop }
spec: { selector: { app: stray }, ports: [{ port: 80 }], trafficDistribution: PreferSameZone }`,
    rule: 'zone-hints-blocked',
    says: ['cp2'],
    endpointsOn: ['a1', 'b1', 'cp2'],
  },
];

export function warningStories(lab: () => Lab): void {
  describe('kubectl apply warns', () => {
    test.each(STORIES)('$fact', async story => {
      const created = await lab().apply(story.service);
      expect(created).toMatchObject({ code: 0, rules: [story.rule], stdout: expect.stringContaining('created') });
      expectWords(created.warnings.join(), story);

      // The first answer came from the pods. The second comes from the slices that the controller wrote since.
      await lab().cluster.endpointsOn({ namespace: 'shop', name: story.name }, story.endpointsOn ?? []);
      const updated = await lab().kubectl(['label', 'service', '-n', 'shop', story.name, 'touched=once']);
      expect(updated).toMatchObject({ code: 0, rules: [story.rule] });
      expectWords(updated.warnings.join(), story);
    });
  });
}

function expectWords(text: string, { says, omits = [] }: Story): void {
  for (const word of says) expect(text).toMatch(new RegExp(`\\b${word}\\b`));
  for (const word of omits) expect(text).not.toMatch(new RegExp(`\\b${word}\\b`));
}
