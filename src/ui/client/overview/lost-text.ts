import { trafficClassName } from '../../../report/traffic-class-name.ts';
import type { OutsideEntrance } from '../../../topology/entrances.ts';
import { TRAFFIC_CLASSES, type TrafficClass } from '../../../topology/route.ts';
import type { ServiceRow } from '../../api.ts';
import { pluralText } from '../diagram/text.ts';

/** A traffic class that some nodes lose. */
export interface LostText {
  readonly trafficClass: TrafficClass;
  /** `6 nodes` */
  readonly nodes: string;
  /** `outside → node port` */
  readonly name: string;
}

/** The usual entrance of a Service of this type. */
const ENTRANCES: Readonly<Record<string, readonly OutsideEntrance[]>> = {
  ClusterIP: ['ExternalIP'],
  NodePort: ['NodePort'],
  LoadBalancer: ['LoadBalancer'],
};

export function lostTexts({ type, lost }: Pick<ServiceRow, 'type' | 'lost'>): readonly LostText[] {
  return TRAFFIC_CLASSES.filter(key => lost[key] > 0).map(trafficClass => ({
    trafficClass,
    nodes: pluralText(lost[trafficClass], 'node'),
    name: trafficClassName(trafficClass, ENTRANCES[type] ?? []),
  }));
}
