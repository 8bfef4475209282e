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

/** Fills the environment, starts controllers and kube-proxies, and returns when both have processed everything. */
export async function buildWorld(lab: Lab): Promise<void> {
  const { controlPlane } = lab;
  await createNodes(controlPlane);
  await startProxies(lab);
  await labelZones(controlPlane);
  controlPlane.startControllers();
  await createPods(controlPlane);
  // The controller would not look again at an Auto Service that it saw before it had counted the nodes
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
 * Sets the zones after the kube-proxies are up. A kube-proxy that finds its node's zone while it starts may miss it
 * permanently: the informer that NewNodeTopologyConfig listens to runs already and may deliver the node before the next
 * line registers the proxier as its handler, and no later event differs from the first (cmd/kube-proxy/app/server.go
 * Run, pkg/proxy/config/config.go handleNodeEvent, v1.37.1). The effect seen here: a node ignores zone hints until its
 * kube-proxy restarts.
 */
async function startProxies(lab: Lab): Promise<void> {
  for (const node of NODES) lab.controlPlane.startProxy(node);
  await awaitProxies(lab, { name: 'canary-first', zoned: false });
}
