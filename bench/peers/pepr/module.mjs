// The same static check as a Pepr module: the admission controller that Pepr deploys, run outside a cluster.
// Arguments: the port. The environment is what Pepr's own Deployment sets, see ../../peers.ts.
import { a, Capability, PeprModule } from 'pepr';

const UNUSED =
  'internalTrafficPolicy Local keeps all traffic on the node: trafficDistribution is unused; remove one of them';

const traffic = new Capability({ name: 'traffic', description: 'Traffic fields of Services', namespaces: [] });

traffic
  .When(a.Service)
  .IsCreatedOrUpdated()
  .Validate(request => {
    const { metadata, spec } = request.Raw;
    if (spec?.internalTrafficPolicy !== 'Local' || spec.trafficDistribution === undefined) return request.Approve();
    return request.Approve([`${metadata?.name}: ${UNUSED}`]);
  });

const pepr = {
  uuid: 'bench',
  onError: 'reject',
  webhookTimeout: 10,
  alwaysIgnore: { namespaces: [] },
  admission: { alwaysIgnore: { namespaces: [] } },
  watch: { alwaysIgnore: { namespaces: [] } },
};

const module = new PeprModule({ description: 'bench', pepr }, [traffic], { deferStart: true });
module.start(Number(process.argv[2]));
