import { Gauge, type Registry } from 'prom-client';
import type { Expiry } from './certificates/runnable.ts';

/** Records the controller's own metrics in the registry of the process. */
export interface ControllerMetrics {
  setLeader(isLeader: boolean): void;
  setExpiry(expiry: Expiry): void;
}

/** `leaf` is also a gauge of serving processes; here it reports the certificate in the Secret. */
export function createControllerMetrics(registry: Registry, leaf: Gauge): ControllerMetrics {
  const registers = [registry];
  const leader = new Gauge({ name: 'zonewise_leader', help: '1 while this process is the leader.', registers });
  const authority = new Gauge({
    name: 'zonewise_ca_expiry_timestamp_seconds',
    help: 'When the CA that signs serving certificates expires, in seconds since the epoch.',
    registers,
  });
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
