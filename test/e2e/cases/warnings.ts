import { describe, expect, test } from 'vitest';
import type { Lab } from '../environment.ts';

interface WarningCase {
  readonly fact: string;
  readonly name: string;
  /** The Service from `metadata` on, passed to `kubectl apply` as it is. */
  readonly service: string;
  readonly rule: string;
  /** Texts that the warning must contain. */
  readonly says: readonly string[];
  /** Texts that the warning must not contain. */
  readonly omits?: readonly string[];
  /** Nodes of the endpoints that the controller will write; none for a Service without relevant slices. */
  readonly endpointsOn?: readonly string[];
}

const CASES: readonly WarningCase[] = [
  {
    fact: 'that topology-mode Auto overrides trafficDistribution',
    name: 'auto-and-near',
    service: `
metadata: { name: auto-and-near, namespace: shop, annotations: { service.kubernetes.io/topology-mode: Auto } }
spec: { selector: { app: spread }, ports: [{ port: 80 }], trafficDistribution: PreferSameZone }`,
    rule: 'topology-mode-overrides-traffic-distribution',
    says: ['Auto'],
    endpointsOn: ['a1', 'b1', 'c1'],
  },
  {
    fact: 'about nodes without an endpoint under internalTrafficPolicy Local, control planes excluded',
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
    fact: 'about nodes that drop outside traffic under externalTrafficPolicy Local on a NodePort',
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
    fact: 'that trafficDistribution is unused under internalTrafficPolicy Local',
    name: 'near-and-local',
    service: `
metadata: { name: near-and-local, namespace: shop }
spec: { selector: { app: agent }, ports: [{ port: 80 }], internalTrafficPolicy: Local, trafficDistribution: PreferSameNode }`,
    rule: 'traffic-distribution-unused',
    says: ['trafficDistribution'],
    endpointsOn: ['a1', 'a2', 'b1', 'b2', 'c1'],
  },
  {
    fact: 'that topology-mode AUTO is misspelled and means disabled',
    name: 'shouting',
    service: `
metadata: { name: shouting, namespace: shop, annotations: { service.kubernetes.io/topology-mode: AUTO } }
spec: { selector: { app: spread }, ports: [{ port: 80 }] }`,
    rule: 'unknown-topology-mode',
    says: ['AUTO'],
    endpointsOn: ['a1', 'b1', 'c1'],
  },
  {
    fact: 'that internalTrafficPolicy Local on a headless Service has no effect',
    name: 'headless-local',
    service: `
metadata: { name: headless-local, namespace: shop }
spec: { clusterIP: None, selector: { app: web }, ports: [{ port: 80 }], internalTrafficPolicy: Local }`,
    rule: 'field-not-applicable',
    says: ['internalTrafficPolicy'],
    endpointsOn: ['a1', 'a2', 'b1'],
  },
  {
    fact: 'that one endpoint on a node without a zone disables zone routing everywhere',
    name: 'one-without-zone',
    service: `
metadata: { name: one-without-zone, namespace: shop }
spec: { selector: { app: stray }, ports: [{ port: 80 }], trafficDistribution: PreferSameZone }`,
    rule: 'zone-hints-blocked',
    says: ['cp2'],
    endpointsOn: ['a1', 'b1', 'cp2'],
  },
];

export function warningCases(lab: () => Lab): void {
  describe('kubectl apply warns', () => {
    test.each(CASES)('$fact', async given => {
      const created = await lab().apply(given.service);
      expect(created).toMatchObject({ code: 0, rules: [given.rule], stdout: expect.stringContaining('created') });
      expectWords(created.warnings.join(), given);

      // The first response used the Pods. The second uses the slices that the controller has written since.
      await lab().cluster.endpointsOn({ namespace: 'shop', name: given.name }, given.endpointsOn ?? []);
      const updated = await lab().kubectl(['label', 'service', '-n', 'shop', given.name, 'touched=once']);
      expect(updated).toMatchObject({ code: 0, rules: [given.rule] });
      expectWords(updated.warnings.join(), given);
    });
  });
}

function expectWords(text: string, { says, omits = [] }: WarningCase): void {
  for (const word of says) expect(text).toMatch(new RegExp(`\\b${word}\\b`));
  for (const word of omits) expect(text).not.toMatch(new RegExp(`\\b${word}\\b`));
}
