import type { Endpoint, EndpointSlice } from '../model/endpoint-slice.ts';
import { isControllerManaged } from '../model/endpoint-slice.ts';
import { plural, pluralForm } from '../model/plural.ts';
import { endpointsOfFamily } from '../topology/family-endpoints.ts';
import { hintInputs, predictHints } from '../topology/hints.ts';
import type { NodeSet } from '../topology/node-set.ts';
import { isReadyForHints } from '../topology/slice-hints.ts';
import type { Locality } from './locality.ts';
import { localityOf, requestsLocality } from './locality.ts';
import type { Draft, Rule, RuleContext } from './rule.ts';

export const hintsNotProgrammed: Rule = {
  id: 'hints-not-programmed',
  level: 'info',
  needs: ['cluster', 'nodes', 'slices', 'dataplane: obeys hints'],
  supersededBy: ['zone-hints-blocked'],
  summary: 'The hints on the EndpointSlices are not those that the controller would write now',
  why: `The EndpointSlice controller writes hints when a Service or one of its Pods changes, but not when a Node gets
another zone label: slices of a Service with trafficDistribution keep the old zone and the old hint, and kube-proxy
obeys them. Hints of topology-mode Auto that were removed for lack of node information are not restored when the nodes
recover. A controller that is older than the API server, or has its gate off, writes none at all. The rule compares the
ready endpoints on the controller's slices with the model's prediction; for Auto, it compares only whether there are any
hints.`,
  fix: `Change the Service (an annotation is enough), or restart the Pods on the nodes named: the controller then
rewrites the hints. If none appear, check the version and the feature gates of kube-controller-manager.`,
  example: `# in an audit, after node-c was moved to another zone
apiVersion: v1
kind: Service
metadata: { name: web }
spec:
  selector: { app: web }
  ports: [{ port: 80 }]
  trafficDistribution: PreferClose
`,
  source: 'pkg/controller/endpointslice/endpointslice_controller.go checkNodeTopologyDistribution, v1.37.1',
  appliesTo: service => requestsLocality(service) && service.selector !== null,
  *check(ctx) {
    const locality = localityOf(ctx.service, ctx.version);
    if (!locality) return;
    for (const comparison of comparisons(ctx)) {
      const draft =
        locality.kind === 'auto' ? missingAuto(comparison, locality) : staleHints(comparison, locality, ctx);
      if (draft) return yield draft;
    }
  },
};

/** Ready endpoints of one IP family: as observed and, by address, with the hints that the controller would write. */
interface Comparison {
  readonly observed: readonly Endpoint[];
  readonly predicted: ReadonlyMap<string, Endpoint>;
}

function comparisons(ctx: RuleContext): readonly Comparison[] {
  const managed = ctx.predicted().slices.filter(isControllerManaged);
  const now = managed.map(slice => inZonesOf(slice, ctx.nodes()));
  const { slices } = predictHints(hintInputs(ctx.service, ctx.version), now, ctx.nodes());
  return ctx.service.ipFamilies.map(family => ({
    observed: endpointsOfFamily(managed, family).filter(isReadyForHints),
    predicted: new Map(endpointsOfFamily(slices, family).map(endpoint => [endpoint.address, endpoint])),
  }));
}

/** The slice with the zones that the controller would set when it next syncs the Service. */
function inZonesOf(slice: EndpointSlice, nodes: NodeSet): EndpointSlice {
  const endpoints = slice.endpoints.map(endpoint => {
    const node = nodes.get(endpoint.nodeName ?? '');
    return !node || node.zone === endpoint.zone ? endpoint : { ...endpoint, zone: node.zone };
  });
  return { ...slice, endpoints };
}

function missingAuto({ observed, predicted }: Comparison, { label, path }: Locality): Draft | null {
  const expected = observed.some(({ address }) => predicted.get(address)?.hints);
  if (!expected || observed.some(endpoint => endpoint.hints)) return null;
  return {
    message: () =>
      `${label}: no endpoint has a hint although all safeguards hold; change the Service to have them written`,
    path,
  };
}

function staleHints({ observed, predicted }: Comparison, locality: Locality, ctx: RuleContext): Draft | null {
  const stale = observed.filter(endpoint => {
    const should = predicted.get(endpoint.address);
    return should && ctx.nodes().get(endpoint.nodeName ?? '') && hintsOf(endpoint) !== hintsOf(should);
  });
  if (stale.length === 0) return null;
  const nodes = [...new Set(stale.flatMap(({ nodeName }) => nodeName ?? []))].sort();
  const what = describeStale({ observed, predicted }, stale);
  return {
    message: fmt => `${locality.label}: ${what.text}${fmt.list(nodes)}; ${what.advice}`,
    path: locality.path,
    nodes,
  };
}

function describeStale(
  { observed, predicted }: Comparison,
  stale: readonly Endpoint[],
): { readonly text: string; readonly advice: string } {
  const n = stale.length;
  const of = `${n} of ${plural(observed.length, 'ready endpoint')}`;
  if (stale.every(endpoint => endpoint.zone !== predicted.get(endpoint.address)?.zone)) {
    const text = `${of} ${pluralForm(n, 'was', 'were')} written before the zone label of ${pluralForm(n, 'its node', 'their nodes')} changed`;
    return { text, advice: REFRESH_ADVICE };
  }
  if (observed.every(endpoint => hintsOf(endpoint) === NO_HINTS)) {
    return { text: 'no ready endpoint has a hint', advice: 'check the version of kube-controller-manager' };
  }
  return {
    text: `${of} ${pluralForm(n, 'lacks', 'lack')} the hint for ${pluralForm(n, 'its', 'their')} zone or node`,
    advice: REFRESH_ADVICE,
  };
}

const REFRESH_ADVICE = 'change the Service to refresh the hints';

/** As `zone-a/node-1`; for trafficDistribution an endpoint has at most one of each. */
function hintsOf({ hints }: Endpoint): string {
  return `${hints?.zones.join(',') ?? ''}/${hints?.nodes.join(',') ?? ''}`;
}

const NO_HINTS = '/';
