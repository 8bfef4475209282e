import { asObject, asString } from '../../../src/model/raw.ts';
import type { Lab } from '../environment/environment.ts';
import { NODES } from '../environment/nodes.ts';
import { until } from '../environment/programs.ts';
import { handmadeSlice } from './handmade-services.ts';
import type { PlacedPod, PodState } from './placements.ts';
import { freeAddress, podsOf } from './placements.ts';
import { createServices } from './populate.ts';
import type { ServicePlan } from './services.ts';
import { NAMESPACE, planService } from './services.ts';
import type { Snapshot } from './snapshot.ts';
import { slicesOf, takeSnapshot } from './snapshot.ts';

const SLICES_MS = 120_000;
const PROXIES_MS = 120_000;

/**
 * The endpoint that the EndpointSlice controller derives from a Pod (k8s.io/endpointslice utils.go podToEndpoint,
 * v0.37.1).
 */
const CONDITIONS: Readonly<Record<PodState, string>> = {
  ready: 'ready,serving',
  unready: '',
  terminating: 'serving,terminating',
};

/** Waits until the slices of every plan's Service match its Pods. */
export async function awaitSlices(lab: Lab, plans: readonly ServicePlan[]): Promise<void> {
  await until('the EndpointSlice controller', SLICES_MS, async () => {
    lab.controlPlane.assertRunning();
    const snapshot = await takeSnapshot(lab.controlPlane);
    const behind = plans.filter(plan => plan.placement !== null && !isUpToDate(snapshot, plan));
    return behind.length === 0 ? null : `slices behind for ${behind.map(plan => plan.name).join(', ')}`;
  });
}

/**
 * Waits until every kube-proxy has processed all earlier writes. A Service and a slice created last prove it for their
 * kinds: kube-proxy reads each kind in the order of writes, and programs its state in one transaction. The slice's
 * hints prove that a node with a zone knows its zone.
 */
export async function awaitProxies(
  lab: Lab,
  canary: { readonly name: string; readonly zoned: boolean },
): Promise<void> {
  const { name, zoned } = canary;
  const spread = NODES.filter(node => node.zone !== null).map(node => ({ node, address: freeAddress(node.name, 20) }));
  const endpoints = spread.map(({ node, address }) => ({
    addresses: [address],
    conditions: { ready: true },
    hints: { forZones: [{ name: node.zone }] },
  }));
  const slices = [handmadeSlice(name, name, endpoints)];
  await createServices(lab.controlPlane, [planService({ name, placement: null, spec: {}, slices })]);
  const { rawServices } = await takeSnapshot(lab.controlPlane);
  const host = asString(asObject(rawServices.get(name)?.['spec'])['clusterIP']);
  const checks = NODES.flatMap(client => {
    const mates = spread.filter(({ node }) => !zoned || client.zone === null || node.zone === client.zone);
    const expected = mates.map(({ address }) => `${address}:8080`);
    return [`host-${client.name}` as const, `client-${client.name}` as const].map(place => ({ place, expected }));
  });
  await until('the kube-proxies', PROXIES_MS, async () => {
    lab.controlPlane.assertRunning();
    const complaints = await Promise.all(
      checks.map(async ({ place, expected }) => {
        const job = { host, port: 80, from: null, say: '', expected, least: 20, most: 100, timeoutMs: 500 };
        const { seen } = await lab.agent(place).probe(job);
        const outcomes = Object.keys(seen);
        return outcomes.length === expected.length && outcomes.every(outcome => expected.includes(outcome))
          ? []
          : [`${place} got ${outcomes.join(', ')} for ${expected.join(', ')}`];
      }),
    );
    return complaints.flat().join('; ') || null;
  });
}

/** Removes the selectors; the slices stay, hints included. */
export async function dropSelectors(lab: Lab, plans: readonly ServicePlan[]): Promise<void> {
  const patch = JSON.stringify([{ op: 'remove', path: '/spec/selector' }]);
  for (const { name } of plans.filter(plan => plan.losesSelector))
    await lab.controlPlane.kubectl(['-n', NAMESPACE, 'patch', 'service', name, '--type=json', `--patch=${patch}`]);
}

function isUpToDate(snapshot: Snapshot, plan: ServicePlan): boolean {
  if (plan.placement === null) return true;
  const publish = asObject(plan.service['spec'])['publishNotReadyAddresses'] === true;
  const slices = slicesOf(snapshot, { namespace: NAMESPACE, name: plan.name });
  const found = slices
    .flatMap(slice => slice.endpoints)
    .map(endpoint => {
      const { ready, serving, terminating } = endpoint;
      return `${endpoint.address} ${conditions({ ready, serving, terminating })}`;
    });
  const expected = podsOf(plan.placement).map(pod => expectedEndpoint(pod, publish));
  return slices.length > 0 && found.sort().join(';') === expected.sort().join(';');
}

function expectedEndpoint(pod: PlacedPod, publish: boolean): string {
  const conditions = CONDITIONS[pod.state];
  const published = publish && !conditions.startsWith('ready');
  return `${pod.address} ${published ? ['ready', conditions].filter(text => text !== '').join(',') : conditions}`;
}

function conditions(flags: Readonly<Record<string, boolean | null>>): string {
  return Object.keys(flags)
    .filter(name => flags[name] === true)
    .join(',');
}
