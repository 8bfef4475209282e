import type { Topology } from '../../model/topology.ts';
import type { Clock } from '../../runtime/clock.ts';
import { errorMessageWithCause } from '../../runtime/errors.ts';
import type { Log } from '../../runtime/log.ts';
import { observationsOf } from '../events/observation.ts';
import type { EventPlanner } from '../events/planner.ts';
import type { FindingsStore } from '../findings/store.ts';
import type { AuditMetrics } from './metrics.ts';
import type { AuditObserver } from './observer.ts';

export interface RecorderOptions {
  readonly cluster: { readonly topology: Topology };
  readonly findings: FindingsStore;
  readonly planner: EventPlanner;
  readonly metrics: AuditMetrics;
  readonly clock: Clock;
  readonly log: Log;
}

/** Passes the audit's results to the findings store, the Event planner, the metrics and the log. */
export function auditRecorder(audience: RecorderOptions): AuditObserver & { readonly complete: boolean } {
  const { cluster, findings, planner, metrics, clock, log } = audience;
  const failures = new Map<string, { services: number; readonly error: unknown; readonly service: string }>();
  let complete = false;
  return {
    get complete() {
      return complete;
    },
    onEvaluated(key, evaluation, by) {
      const now = clock.now();
      findings.set(key, evaluation.findings, now);
      planner.observe(key, observationsOf(evaluation, by), now);
      for (const { rule, error } of evaluation.failures) {
        metrics.recordRuleFailure(rule);
        const known = failures.get(rule);
        if (known) known.services++;
        else failures.set(rule, { services: 1, error, service: key });
      }
    },
    onDeleted(key) {
      findings.delete(key);
      planner.forget(key);
    },
    onPassCompleted(pass) {
      complete = true;
      // Services that occur only in the stored state of an earlier leader.
      for (const key of planner.keys()) if (!exists(cluster.topology, key)) planner.forget(key);
      metrics.recordPass(pass, findings.counts(), clock.now());
      for (const [rule, { services, error, service }] of failures) {
        // One line per rule and pass, for any number of Services.
        log('error', 'rule failed', { rule, services, service, error: errorMessageWithCause(error) });
      }
      failures.clear();
      log('debug', 'audited', { ...pass });
    },
  };
}

function exists(topology: Topology, key: string): boolean {
  const [namespace = '', name = ''] = key.split('/');
  return topology.service(namespace, name) !== undefined;
}
