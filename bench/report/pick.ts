import type { LevelResult, Result } from '../result.ts';

const NAMES: Readonly<Record<string, string>> = {
  echo: 'bare Fastify echo',
  'logging-echo': 'echo that logs and counts (E)',
  'zonewise-small': 'zonewise, small',
  'zonewise-big': 'zonewise, big',
  'controller-runtime': 'controller-runtime (Go)',
  pepr: 'Pepr',
};

export function nameOf(subject: string): string {
  return NAMES[subject] ?? subject;
}

/** The figures of a case and server at a number of connections; `undefined` if they were not measured. */
export function levelOf(result: Result, id: string, subject: string, connections: number): LevelResult | undefined {
  const review = result.reviews.find(each => each.case === id && each.subject === subject);
  return review?.levels.find(level => level.connections === connections);
}
