import type { ApiObject } from '../../kube/writer/api-writer.ts';
import { asList, asNumber, asObject, asString } from '../../model/raw.ts';
import type { ActiveFinding } from '../findings/store.ts';

/** When an earlier leader first saw each finding of the report, in milliseconds since the epoch. */
export function earlierTimes(
  report: ApiObject,
  findings: readonly ActiveFinding[],
): ReadonlyMap<ActiveFinding, number> {
  const stored = new Map<string, number>();
  for (const raw of asList(report.results)) {
    const { policy, properties, resources, timestamp } = asObject(raw);
    const seconds = asNumber(asObject(timestamp).seconds);
    const service = asString(asObject(asList(resources)[0]).name);
    if (seconds > 0) stored.set(keyOf(service, asString(policy), asString(asObject(properties).path)), seconds * 1000);
  }
  const times = new Map<ActiveFinding, number>();
  for (const active of findings) {
    const { object, rule, path } = active.finding;
    const at = stored.get(keyOf(object.name, rule, path));
    if (at !== undefined && at < active.since) times.set(active, at);
  }
  return times;
}

function keyOf(service: string, rule: string, path: string): string {
  return `${service} ${rule} ${path}`;
}
