import type { Counter, Registry } from 'prom-client';
import type { DefaultField } from '../../defaults/defaults.ts';
import { metricFactory } from '../../runtime/metric-factory.ts';
import type { PostResult } from '../events/post.ts';
import type { FindingsStore } from '../findings/store.ts';
import type { AuditPass } from './observer.ts';

/** Records the audit's metrics in the registry of the process. */
export interface AuditMetrics {
  /** The time is in milliseconds since the epoch. */
  recordPass(pass: AuditPass, findings: ReturnType<FindingsStore['counts']>, at: number): void;
  recordRuleFailure(rule: string): void;
  recordEvent(posted: PostResult): void;
  recordStrippedDefault(field: DefaultField): void;
  /** Removes all values, because nothing is known any more. */
  clear(): void;
}

export function createAuditMetrics(registry: Registry, ruleFailures?: Counter<'rule'>): AuditMetrics {
  const make = metricFactory(registry);
  const services = make.gauge('audit_services', 'Services covered by the last audit pass.');
  const seconds = make.gauge('audit_pass_duration_seconds', 'Duration of the last audit pass, in seconds.');
  const at = make.gauge(
    'audit_last_pass_timestamp_seconds',
    'When the last audit pass ended, in seconds since the epoch.',
  );
  const findings = make.gauge('audit_findings', 'Current findings about existing Services, by rule and level.', [
    'rule',
    'level',
  ]);
  const events = make.counter('audit_events_total', 'Kubernetes Events, by outcome.', ['outcome']);
  const stripped = make.counter(
    'default_stripped_total',
    'Updates that took a configured default away from a Service, by field.',
    ['field'],
  );
  const clear = () => {
    findings.reset();
    // 0 would mean a pass in 1970, or an empty cluster.
    for (const single of [services, seconds, at]) single.remove();
  };
  clear();
  return {
    recordPass(pass, counts, now) {
      services.set(pass.services);
      seconds.set(pass.seconds);
      at.set(now / 1000);
      findings.reset();
      for (const { rule, level, count } of counts) findings.set({ rule, level }, count);
    },
    recordRuleFailure: rule => ruleFailures?.inc({ rule }),
    recordEvent: outcome => events.inc({ outcome }),
    recordStrippedDefault: field => stripped.inc({ field }),
    clear,
  };
}
