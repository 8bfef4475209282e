import { describe, expect, test } from 'vitest';
import { classTabs, openingView, portAt } from '../../../../src/ui/client/service/class-tabs.ts';
import type { EvaluatedService } from '../../../../src/ui/client/service/evaluate-service.ts';
import { evaluateService } from '../../../../src/ui/client/service/evaluate-service.ts';
import {
  drains,
  endpoint,
  node,
  SAMPLE,
  serviceStateOf,
  slice,
  topology,
  web,
  whatIf,
} from '../../../support/builders.ts';

function opening(evaluated: EvaluatedService) {
  const { trafficClass, port } = openingView(evaluated, classTabs(evaluated));
  return `${trafficClass} ${port?.port.name ?? '-'}`;
}

const ofSample = (name: string) => evaluateService(serviceStateOf(SAMPLE, name));

describe('the traffic classes of a Service', () => {
  test('have the names of its own entrances, and the nodes that lose their traffic', () => {
    const tabs = classTabs(ofSample('ingress/legacy'));
    expect(tabs.map(({ name, losing, sending }) => `${name}: ${losing.length} of ${sending}`)).toEqual([
      'Pods → ClusterIP: 0 of 9',
      'outside → node port: 6 of 9',
      'inside → own node port: 0 of 9',
    ]);
    expect(classTabs(ofSample('ingress/gateway')).map(({ name }) => name)).toEqual([
      'Pods → ClusterIP',
      'outside → load balancer',
      'inside → balancer address',
    ]);
  });

  test('are absent if kube-proxy does not handle the Service', () => {
    expect(classTabs(ofSample('data/postgres'))).toEqual([]);
    expect(opening(ofSample('data/postgres'))).toBe('internal -');
  });
});

describe('the first view of a Service', () => {
  test('shows the class that loses traffic', () => {
    expect(opening(ofSample('ingress/legacy'))).toBe('external http');
    expect(opening(ofSample('monitoring/tracing-agent'))).toMatch(/^internal /);
  });

  test('shows the class that loses the larger share if two do', () => {
    const legacy = serviceStateOf(SAMPLE, 'ingress/legacy');
    const fields = { internalTrafficPolicy: 'Local' };
    const both = whatIf(legacy, { fields, cluster: drains('worker-c1', 'worker-c2') });
    const shares = classTabs(both).map(({ losing, sending }) => losing.length / sending);
    const worst = ['internal', 'external', 'shortCircuit'][shares.indexOf(Math.max(...shares))];
    expect(opening(both)).toMatch(new RegExp(`^${worst}`));
  });

  test('shows the class of the first finding if nothing is lost, else ClusterIP traffic', () => {
    expect(opening(ofSample('shop/images'))).toBe('internal -');
    const edge = ofSample('ingress/edge');
    const quiet = { ...edge, ports: edge.ports };
    const [finding] = ofSample('ingress/legacy').findings;
    if (!finding) throw new Error('it has a finding');
    const tabs = classTabs(quiet).map(tab => ({ ...tab, losing: [] }));
    expect(openingView({ ...quiet, findings: [finding] }, tabs).trafficClass).toBe('external');
    expect(openingView({ ...quiet, findings: [] }, tabs).trafficClass).toBe('internal');
  });

  test('shows the port that loses traffic', () => {
    const ports =
      'ports: [{ name: a, port: 80 }, { name: b, port: 81 }]\ninternalTrafficPolicy: Local\nclusterIP: 10.0.0.1';
    const service = web(ports);
    const port = (name: string) => [{ name, protocol: 'TCP', port: 80 }];
    const nodes = [node('n1'), node('n2')];
    const slices = [
      slice([endpoint('10.1.0.1', 'n1'), endpoint('10.1.0.2', 'n2')], { ports: port('a') }),
      slice([endpoint('10.1.0.1', 'n1')], { name: 'web-2', ports: port('b') }),
    ];
    const cluster = { ...topology(nodes, slices), service: () => service };
    expect(opening(evaluateService(serviceStateOf(cluster, 'default/web')))).toBe('internal b');
  });
});

test('a location names a port, an IP family, both or neither', () => {
  const { ports } = ofSample('ingress/legacy');
  expect(portAt(ports, { port: null, family: null })).toBe(null);
  expect(portAt(ports, { port: 'http', family: null })).toBe(ports[0]);
  expect(portAt(ports, { port: null, family: 'IPv6' })).toBe(null);
});
