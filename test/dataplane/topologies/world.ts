import type { Lab } from '../environment/environment.ts';
import { NODES } from '../environment/nodes.ts';
import { HANDMADE_SERVICES } from './handmade-services.ts';
import { createNodes, createPods, createServices, labelZones } from './populate.ts';
import type { ServicePlan } from './services.ts';
import { matrix, planService } from './services.ts';
import { awaitProxies, awaitSlices, dropSelectors } from './settle.ts';
import { SPECIAL_SERVICES } from './special-services.ts';

/** Every Service that packets are sent to. */
export const PLANS: readonly ServicePlan[] = [...matrix(), ...SPECIAL_SERVICES, ...HANDMADE_SERVICES];

/** Fills the lab, starts controllers and kube-proxies, and returns when both have dealt with all of it. */
export async function buildWorld(lab: Lab): Promise<void> {
  const { controlPlane } = lab;
  await createNodes(controlPlane);
  await startProxies(lab);
  await labelZones(controlPlane);
  controlPlane.startControllers();
  await createPods(controlPlane);
  // An Auto Service that the controller saw before it had counted the nodes would not be looked at again
  // (pkg/controller/endpointslice/endpointslice_controller.go checkNodeTopologyDistribution, v1.37.1).
  const first = planService({ name: 'first', placement: 'one', spec: {} });
  await createServices(controlPlane, [first]);
  await awaitSlices(lab, [first]);
  await createServices(controlPlane, PLANS);
  await awaitSlices(lab, PLANS);
  await dropSelectors(lab, PLANS);
  await awaitProxies(lab, { name: 'canary-last', zoned: true });
}

/**
 * Zones come only after the kube-proxies are up. One that finds its node's zone while it starts may miss it for good: the
 * informer that NewNodeTopologyConfig listens to runs already and may deliver the node before the next line registers the
 * proxier as its handler, and no later event differs from the first (cmd/kube-proxy/app/server.go Run, pkg/proxy/config/config.go
 * handleNodeEvent, v1.37.1). Seen here: a node that ignores zone hints until its kube-proxy is started anew.
 */
async function startProxies(lab: Lab): Promise<void> {
  for (const node of NODES) lab.controlPlane.startProxy(node);
  await awaitProxies(lab, { name: 'canary-first', zoned: false });
}
