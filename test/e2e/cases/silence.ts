import { describe, expect, test } from 'vitest';
import type { Lab } from '../environment.ts';

interface Healthy {
  readonly fact: string;
  readonly name: string;
  readonly service: string;
  readonly endpointsOn: readonly string[];
  /** The controller hints every endpoint for its zone, which shows that the Service is healthy. */
  readonly hinted?: boolean;
}

const EVERYWHERE = ['a1', 'a2', 'b1', 'b2', 'c1'];

const HEALTHY: readonly Healthy[] = [
  {
    fact: 'a plain Service',
    name: 'plain',
    service: `
metadata: { name: plain, namespace: shop }
spec: { selector: { app: web }, ports: [{ port: 80 }] }`,
    endpointsOn: ['a1', 'a2', 'b1'],
  },
  {
    fact: 'internalTrafficPolicy Local with a pod on every node',
    name: 'agent',
    service: `
metadata: { name: agent, namespace: shop }
spec: { selector: { app: agent }, ports: [{ port: 80 }], internalTrafficPolicy: Local }`,
    endpointsOn: EVERYWHERE,
  },
  {
    fact: 'PreferSameZone with endpoints in every zone',
    name: 'near',
    service: `
metadata: { name: near, namespace: shop }
spec: { selector: { app: spread }, ports: [{ port: 80 }], trafficDistribution: PreferSameZone }`,
    endpointsOn: ['a1', 'b1', 'c1'],
    hinted: true,
  },
  {
    fact: 'a LoadBalancer with externalTrafficPolicy Local, whose health check excludes the nodes',
    name: 'edge',
    service: `
metadata: { name: edge, namespace: shop }
spec: { type: LoadBalancer, selector: { app: web }, ports: [{ port: 80 }], externalTrafficPolicy: Local }`,
    endpointsOn: ['a1', 'a2', 'b1'],
  },
  {
    fact: 'a plain headless Service',
    name: 'headless',
    service: `
metadata: { name: headless, namespace: shop }
spec: { clusterIP: None, selector: { app: web }, ports: [{ port: 80 }] }`,
    endpointsOn: ['a1', 'a2', 'b1'],
  },
  {
    fact: 'a Service without selector',
    name: 'by-hand',
    service: `
metadata: { name: by-hand, namespace: shop }
spec: { ports: [{ port: 80 }] }`,
    endpointsOn: [],
  },
  {
    fact: 'topology-mode Auto alone',
    name: 'auto',
    service: `
metadata: { name: auto, namespace: shop, annotations: { service.kubernetes.io/topology-mode: Auto } }
spec: { selector: { app: spread }, ports: [{ port: 80 }] }`,
    endpointsOn: ['a1', 'b1', 'c1'],
    hinted: true,
  },
  {
    fact: 'an ExternalName',
    name: 'elsewhere',
    service: `
metadata: { name: elsewhere, namespace: shop }
spec: { type: ExternalName, externalName: example.invalid }`,
    endpointsOn: [],
  },
  {
    fact: 'internalTrafficPolicy Local before any pod exists',
    name: 'early',
    service: `
metadata: { name: early, namespace: shop }
spec: { selector: { app: not-there-yet }, ports: [{ port: 80 }], internalTrafficPolicy: Local }`,
    endpointsOn: [],
  },
];

export function silenceCases(lab: () => Lab): void {
  describe('kubectl apply shows no warning for', () => {
    test.each(HEALTHY)('$fact', async ({ name, service, endpointsOn, hinted = false }) => {
      expect(await lab().apply(service)).toMatchObject({ code: 0, rules: [], stderr: '' });
      await lab().cluster.endpointsOn({ namespace: 'shop', name }, endpointsOn);
      const hints = (await lab().cluster.endpoints('shop', name)).flatMap(endpoint => endpoint.forZones);
      expect(hints.toSorted()).toEqual(hinted ? ['zone-a', 'zone-b', 'zone-c'] : []);
      const updated = await lab().kubectl(['label', 'service', '-n', 'shop', name, 'touched=once']);
      expect(updated).toMatchObject({ code: 0, rules: [], stderr: '' });
    });

    test('the removal of a Service', async () => {
      const doomed = `
metadata: { name: doomed, namespace: shop }
spec: { selector: { app: web }, ports: [{ port: 80 }], internalTrafficPolicy: Local }`;
      expect((await lab().apply(doomed)).rules).toHaveLength(1);
      const removed = await lab().kubectl(['delete', 'service', '-n', 'shop', 'doomed']);
      expect(removed).toMatchObject({ code: 0, rules: [], stderr: '' });
    });
  });
}
