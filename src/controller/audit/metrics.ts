import { Counter, Gauge, type Registry } from 'prom-client';
import type { Posted } from '../events/post.ts';
import type { FindingsStore } from '../findings/store.ts';
import type { AuditPass } from './observer.ts';

/** What the audit measures, into the process' registry. */
export interface AuditMetrics {
  /** `at` in milliseconds since the epoch. */
  passed(pass: AuditPass, findings: ReturnType<FindingsStore['counts']>, at: number): void;
  ruleFailed(rule: string): void;
  posted(posted: Posted): void;
  /** From now on nothing is known. */
  clear(): void;
}

export function createAuditMetrics(registry: Registry, ruleFailures?: Counter<'rule'>): AuditMetrics {
  const registers = [registry];
  const gauge = (name: string, help: string) => new Gauge({ name: `zonewise_audit_${name}`, help, registers });
  const services = gauge('services', 'Services judged as they stand.');
  const seconds = gauge('pass_duration_seconds', 'How long the last look at all Services took.');
  const at = gauge('last_pass_timestamp_seconds', 'When all Services were last looked at, in seconds since the epoch.');
  const findings = new Gauge({
    name: 'zonewise_audit_findings',
    help: 'What is to be said of the Services of the cluster as it stands.',
    labelNames: ['rule', 'level'],
    registers,
  });
  const events = new Counter({
    name: 'zonewise_audit_events_total',
    help: 'Kubernetes Events, by what became of them.',
    labelNames: ['outcome'],
    registers,
  });
  const clear = () => {
    findings.reset();
    // 0 would read as a pass in 1970, and as an empty cluster.
    for (const single of [services, seconds, at]) single.remove();
  };
  clear();
  return {
    passed(pass, counts, now) {
      services.set(pass.services);
      seconds.set(pass.seconds);
      at.set(now / 1000);
      findings.reset();
      for (const { rule, level, count } of counts) findings.set({ rule, level }, count);
    },
    ruleFailed: rule => ruleFailures?.inc({ rule }),
    posted: outcome => events.inc({ outcome }),
    clear,
  };
}
