import type { ClusterView } from '../../engine/evaluate-existing.ts';
import type { Evaluation } from '../../engine/evaluation.ts';
import type { Service } from '../../model/service.ts';

export interface AuditPass {
  readonly services: number;
  /** Services evaluated again in this pass. */
  readonly evaluated: number;
  readonly seconds: number;
}

/** Receives the results of the audit. */
export interface AuditObserver {
  onEvaluated(key: string, evaluation: Evaluation, by: { readonly service: Service; readonly view: ClusterView }): void;
  /** The previous evaluation is still valid. */
  onUnchanged?(key: string, by: { readonly service: Service; readonly view: ClusterView }): void;
  onDeleted(key: string): void;
  /** A pass through all Services is complete. */
  onPassCompleted(pass: AuditPass): void;
}
