import type { Gauge, Registry } from 'prom-client';
import { metricFactory } from '../runtime/metric-factory.ts';
import type { Expiry } from './certificates/runnable.ts';

/** Records the controller's own metrics in the registry of the process. */
export interface ControllerMetrics {
  setLeader(isLeader: boolean): void;
  setExpiry(expiry: Expiry): void;
}

/** `leaf` is also a gauge of serving processes; here it reports the certificate in the Secret. */
export function createControllerMetrics(registry: Registry, leaf: Gauge): ControllerMetrics {
  const make = metricFactory(registry);
  const leader = make.gauge('leader', '1 while this process is the leader.');
  const authority = make.gauge(
    'ca_expiry_timestamp_seconds',
    'When the CA that signs serving certificates expires, in seconds since the epoch.',
  );
  authority.remove();
  return {
    setLeader(isLeader) {
      leader.set(isLeader ? 1 : 0);
      // A process that is not the leader has no current values.
      if (!isLeader) for (const gauge of [leaf, authority]) gauge.remove();
    },
    setExpiry(expiry) {
      setTime(leaf, expiry.leaf);
      setTime(authority, expiry.authority);
    },
  };
}

function setTime(gauge: Gauge, millis: number | null): void {
  if (millis === null) gauge.remove();
  else gauge.set(millis / 1000);
}
