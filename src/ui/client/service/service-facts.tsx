import { describeDataPlanes } from '../../../model/data-plane-text.ts';
import { isHeadless, topologyMode } from '../../../model/service.ts';
import { formatVersion } from '../../../model/version.ts';
import type { EvaluatedService } from './evaluate-service.ts';
import { hintsText } from './traffic-metrics.ts';

interface ServiceFactsProps {
  /** The current Service. */
  readonly before: EvaluatedService;
  /** The Service after the scenario; the same object without one. */
  readonly after: EvaluatedService;
}

export function ServiceFacts({ before, after }: ServiceFactsProps) {
  const factsBefore = new Map(factsOf(before));
  return (
    <dl class="facts">
      {factsOf(after).map(([name, value]) => (
        <Fact key={name} name={name} value={value} isOther={factsBefore.get(name) !== value} />
      ))}
    </dl>
  );
}

function factsOf(evaluated: EvaluatedService): readonly (readonly [name: string, value: string | null])[] {
  const { service, facts } = evaluated.state;
  return [
    ['type', isHeadless(service) ? 'headless' : service.type],
    ['internalTrafficPolicy', service.internalTrafficPolicy],
    ['externalTrafficPolicy', service.externalTrafficPolicy],
    ['trafficDistribution', service.trafficDistribution],
    ['topology-mode', topologyMode(service)],
    ['hints', evaluated.ports.length > 0 ? hintsText(evaluated) : null],
    ['data plane', describeDataPlanes(facts.dataPlanes)],
    ['Kubernetes', formatVersion(facts.version)],
  ];
}

interface FactProps {
  readonly name: string;
  readonly value: string | null;
  readonly isOther: boolean;
}

function Fact({ name, value, isOther }: FactProps) {
  if (!isOther && (value === null || value === '')) return null;
  return (
    <div class={isOther ? 'fact fact--other' : 'fact'}>
      <dt>{name}</dt>
      <dd>{value || 'none'}</dd>
    </div>
  );
}
