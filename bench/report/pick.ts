import type { Result, ReviewResult } from '../result.ts';

export const NAMES: Readonly<Record<string, string>> = {
  echo: 'bare Fastify echo',
  'zonewise-small': 'zonewise, small',
  'zonewise-big': 'zonewise, big',
  'controller-runtime': 'controller-runtime (Go)',
  pepr: 'Pepr',
};

export function nameOf(subject: string): string {
  return NAMES[subject] ?? subject;
}

/** The figures of one case and subject; `undefined` where it was not measured. */
export function pick(result: Result, id: string, subject: string): ReviewResult | undefined {
  return result.reviews.find(review => review.case === id && review.subject === subject);
}

/** The judgement's median in microseconds; NaN where it was not measured. */
export function judgement(result: Result, nodes: number, endpoints: number, changed = 'nothing'): number {
  const found = result.engine.find(
    trial => trial.nodes === nodes && trial.endpoints === endpoints && trial.changed === changed,
  );
  return found?.micros.median ?? Number.NaN;
}
