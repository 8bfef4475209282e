import { Gauge, type Registry } from 'prom-client';
import type { Expiry } from './certificates/runnable.ts';

/** What the controller measures besides what every process does, into the process' registry. */
export interface UpkeepMetrics {
  leads(leads: boolean): void;
  expiry(expiry: Expiry): void;
}

/** `leaf` is the gauge that serving processes have, too; here it tells of the certificate in the Secret. */
export function createUpkeepMetrics(registry: Registry, leaf: Gauge): UpkeepMetrics {
  const registers = [registry];
  const leader = new Gauge({ name: 'zonewise_leader', help: '1 while this process leads.', registers });
  const authority = new Gauge({
    name: 'zonewise_ca_expiry_timestamp_seconds',
    help: 'When the authority that signs serving certificates ends, in seconds since the epoch.',
    registers,
  });
  authority.remove();
  return {
    leads(leads) {
      leader.set(leads ? 1 : 0);
      // Whoever does not lead knows nothing current.
      if (!leads) for (const gauge of [leaf, authority]) gauge.remove();
    },
    expiry(expiry) {
      setTime(leaf, expiry.leaf);
      setTime(authority, expiry.authority);
    },
  };
}

function setTime(gauge: Gauge, millis: number | null): void {
  if (millis === null) gauge.remove();
  else gauge.set(millis / 1000);
}
