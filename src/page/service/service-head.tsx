import { isHeadless, topologyMode } from '../../model/service.ts';
import { formatVersion } from '../../model/version.ts';
import { sayHints } from '../what-if/difference.ts';
import type { Judgement } from './situation.ts';

interface ServiceHeadProps {
  readonly judgement: Judgement;
  /** True where something is asked to be otherwise. */
  readonly isAsked: boolean;
}

export function ServiceHead({ judgement, isAsked }: ServiceHeadProps) {
  const { service, facts } = judgement.situation;
  const dataPlane = `${facts.dataPlane.kind}${facts.dataPlane.serviceTopology ? ' with serviceTopology' : ''}`;
  const mode = topologyMode(service);
  return (
    <div class="service-head">
      <h1>
        <span class="ns">{service.namespace}/</span>
        {service.name}
        {isAsked && <span class="what-if-mark">what if</span>}
      </h1>
      <dl class="facts">
        <Fact name="type" value={isHeadless(service) ? 'headless' : service.type} />
        <Fact name="internalTrafficPolicy" value={service.internalTrafficPolicy} />
        <Fact name="externalTrafficPolicy" value={service.externalTrafficPolicy} />
        <Fact name="trafficDistribution" value={service.trafficDistribution} />
        <Fact name="topology-mode" value={mode} />
        <Fact name="hints" value={judgement.ports.length > 0 ? sayHints(judgement) : null} />
        <Fact name="data plane" value={facts.dataPlane.assumed ? `${dataPlane} (assumed)` : dataPlane} />
        <Fact name="Kubernetes" value={formatVersion(facts.version)} />
      </dl>
    </div>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: string | null }) {
  if (value === null || value === '') return null;
  return (
    <div class="fact">
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
