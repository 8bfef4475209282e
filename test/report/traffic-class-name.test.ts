import { expect, test } from 'vitest';
import { DEFAULT_POLICY } from '../../src/engine/policy.ts';
import { explainText } from '../../src/report/explain/text.ts';
import { noRouteReason } from '../../src/report/no-route-reason.ts';
import { trafficClassName } from '../../src/report/traffic-class-name.ts';
import { dataPlanes, FACTS, SAMPLE, serviceFrom, web } from '../support/builders.ts';

test('the name of a traffic class is its sender and its destination', () => {
  const names = (['internal', 'external', 'shortCircuit'] as const).map(each => trafficClassName(each, []));
  expect(names).toEqual(['Pods → ClusterIP', 'outside → node port / balancer', 'inside → balancer address']);
  expect(trafficClassName('internal', ['NodePort'])).toBe('Pods → ClusterIP');
  expect(trafficClassName('external', ['NodePort'])).toBe('outside → node port');
  expect(trafficClassName('shortCircuit', ['LoadBalancer', 'ExternalIP'])).toBe(
    'inside → balancer address / external IP',
  );
});

function explained(name: string, ascii: boolean): readonly string[] {
  const service = SAMPLE.service('ingress', name);
  if (!service) throw new Error('the sample has it');
  const slices = SAMPLE.slices('ingress', name);
  const input = { service, slices, nodes: SAMPLE.nodes(), facts: FACTS, hints: 'observed' } as const;
  return explainText(input, { policy: DEFAULT_POLICY, colour: false, ascii }).split('\n');
}

test('explain names the traffic classes in the same words, in ASCII if the terminal needs it', () => {
  const titles = (lines: readonly string[]) => lines.filter(line => /^ {2}\S.* (→|->) \S/.test(line));
  expect(titles(explained('legacy', false))).toEqual([
    '  Pods → ClusterIP',
    '  outside → node port (also Pods on other nodes)',
    '  inside → own node port (no policy applies)',
    '  Pods → ClusterIP under other settings, from 9 client nodes (outside traffic follows externalTrafficPolicy)',
  ]);
  expect(titles(explained('gateway', true)).slice(0, 3)).toEqual([
    '  Pods -> ClusterIP',
    '  outside -> load balancer',
    '  inside -> balancer address (no policy applies)',
  ]);
  expect(explained('gateway', true).join('\n')).not.toContain('→');
});

test.each([
  [web('clusterIP: None'), 'the Service is headless'],
  [
    serviceFrom('kind: Service\nmetadata: { name: a }\nspec: { type: ExternalName, externalName: b }'),
    'the Service is an ExternalName',
  ],
  [{ ...web('clusterIP: 10.0.0.1'), ports: [] }, 'the Service has no ports'],
  [web('clusterIP: 10.0.0.1'), 'another proxy handles the Service'],
])('a Service without routes has a reason', (service, title) => {
  const reason = noRouteReason(service, FACTS);
  expect(reason.title).toBe(title);
  expect(reason.text).toMatch(/\.$/);
});

test('a headless Service has its own reason also on an unknown data plane', () => {
  const facts = { ...FACTS, dataPlanes: dataPlanes('other') };
  expect(noRouteReason(web('clusterIP: None'), facts).title).toBe('the Service is headless');
  expect(noRouteReason(web('clusterIP: 10.0.0.1'), facts).title).toBe('the data plane is unknown');
});
