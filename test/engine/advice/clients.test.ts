import { expect, test } from 'vitest';
import { Clients } from '../../../src/engine/advice/clients.ts';
import { NodeSet } from '../../../src/topology/node-set.ts';
import { node } from '../../support/builders.ts';

const NAMES = ['a1', 'a2', 'a3', 'a4', 'a5'];
const clients = new Clients(new NodeSet([...NAMES.map(name => node(name)), node('b1', { zone: 'zone-b' })]));

function emptyNodes(of: Clients, ...withEndpoints: readonly string[]): readonly string[] {
  return [...of.emptyNodes(new Set(withEndpoints))].map(({ name }) => name);
}

test('nodes without an endpoint are one kind by CPU', () => {
  expect(emptyNodes(clients, 'a1')).toEqual(['a2', 'b1']);
  expect(emptyNodes(clients, ...NAMES, 'b1')).toEqual([]);
});

test('uses the node that sends least and the one that sends most, of nodes with measured rates', () => {
  const rates: Readonly<Record<string, number>> = { a1: 99, a2: 5, a3: 1, a4: 7, a5: 7, b1: 0 };
  const measured = clients.weighted(({ name }) => rates[name] ?? 0);
  expect(emptyNodes(measured, 'a1')).toEqual(['a3', 'a4', 'b1']);
  expect(emptyNodes(measured, 'a1', 'a3', 'a4')).toEqual(['a2', 'a5', 'b1']);
  expect(emptyNodes(measured, 'a1', 'a2', 'a3', 'b1')).toEqual(['a4']);
});

test('a set without a zone or a node has the weights of the others', () => {
  const measured = clients.weighted(({ name }) => (name === 'b1' ? 30 : 10));
  expect(measured.withoutZone('zone-a').weight).toBe(30);
  expect(measured.withoutNode('a1').weight).toBe(70);
  expect(clients.withoutNode('a1').weight).toBe(5 * 4000);
});
