import type { StandingView } from '../../engine/evaluate-existing.ts';
import type { Evaluation } from '../../engine/evaluation.ts';
import type { Service } from '../../model/service.ts';

export interface AuditPass {
  readonly services: number;
  /** Services judged anew in it. */
  readonly judged: number;
  readonly seconds: number;
}

/** Who is told what the audit finds. */
export interface AuditObserver {
  onEvaluated(
    key: string,
    evaluation: Evaluation,
    by: { readonly service: Service; readonly view: StandingView },
  ): void;
  /** What was said of it before still holds. */
  onUnchanged?(key: string, by: { readonly service: Service; readonly view: StandingView }): void;
  onDeleted(key: string): void;
  /** All Services have been looked at. */
  onPassCompleted(pass: AuditPass): void;
}
