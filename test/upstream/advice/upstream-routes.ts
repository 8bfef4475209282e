import type { Service } from '../../../src/model/service.ts';
import type { ExplainedNode, ExplainedPort } from '../../property/advice-figures.ts';
import type { ClusterState } from '../../property/advice-states.ts';
import type { Answer, NodeViews, Oracle, PortView } from '../oracle.ts';
import { namespaceOf, rawCluster, withWrittenHints } from './raw-cluster.ts';

/** The routes of each port on all nodes. More than one result only for topology-mode Auto, where upstream follows map order. */
export type PossibleRoutes = readonly (readonly ExplainedPort[])[];

/** Repetitions to see the outcomes of map order, and how many of them are compared. */
const RUNS = 32;
const MAX_OUTCOMES = 8;

/** The results of upstream's own code for the Service with each of these settings, in their order, once its hints are written. */
export async function upstreamRoutes(
  oracle: Oracle,
  state: ClusterState,
  settings: readonly Service[],
): Promise<readonly PossibleRoutes[]> {
  const cluster = rawCluster(state, settings);
  const answer = await query(oracle, cluster);
  const results: PossibleRoutes[] = [];
  for (const [i, service] of settings.entries()) {
    const key = `${namespaceOf(i)}/${service.name}`;
    const prediction = answer.predicted[key];
    if (!prediction) throw new Error(`the oracle does not answer about ${key}`);
    const views = prediction.nodes ? [prediction.nodes] : [];
    for (const written of prediction.nodes ? [] : prediction.outcomes.slice(0, MAX_OUTCOMES)) {
      const hinted = await query(oracle, withWrittenHints(cluster, namespaceOf(i), written));
      views.push(hinted.observed[key] ?? {});
    }
    results.push(views.map(one => portsOf(one, service)));
  }
  return results;
}

async function query(oracle: Oracle, cluster: ReturnType<typeof rawCluster>): Promise<Answer> {
  const answer = await oracle.query(cluster, RUNS);
  if (answer.error) throw new Error(`the oracle rejects a cluster: ${answer.error}\n${JSON.stringify(cluster)}`);
  return answer;
}

function portsOf(views: NodeViews, service: Service): readonly ExplainedPort[] {
  return service.ports.map(({ name }) => ({
    port: name,
    nodes: Object.entries(views).map(([node, byPort]) => {
      const [view, ...others] = byPort[`${name}/IPv4`] ?? [];
      if (!view || others.length > 0) throw new Error(`the oracle has no single view of port ${name} on ${node}`);
      return nodeOf(node, view, service);
    }),
  }));
}

/** Traffic to the ClusterIP goes to the local set under the policy Local, else to the cluster set (pkg/proxy/iptables, v1.37.1). */
function nodeOf(node: string, { cluster, local, hasAny }: PortView, service: Service): ExplainedNode {
  const endpoints = (service.internalTrafficPolicy === 'Local' ? local : cluster) ?? [];
  const verdict = endpoints.length > 0 ? 'forward' : hasAny ? 'drop' : 'reject';
  return { node, cluster, local, internal: { verdict, endpoints } };
}
