import type { Asked, Operation, Question } from './reviews.ts';
import { FILLED_NAMESPACE, reviewBody, subjectOf } from './reviews.ts';
import type { SubjectId } from './server.ts';
import { ENDPOINT_COUNTS } from './topology.ts';

/** One review, sent as often as it is answered. */
export interface Case {
  readonly id: string;
  readonly title: string;
  readonly webhook: 'validate' | 'mutate';
  readonly body: Buffer;
  /** All of it as before, but for the uid; else every one has an object that was never seen. */
  readonly again: boolean;
  /** Who is asked it besides the echo; `echo` here is the echo compared with itself. */
  readonly subjects: readonly SubjectId[];
}

const ZONEWISE: readonly SubjectId[] = ['zonewise-small', 'zonewise-big'];
const ALL: readonly SubjectId[] = ['echo', ...ZONEWISE, 'controller-runtime', 'pepr'];

export const QUESTIONS: Readonly<Record<Question, string>> = {
  plain: 'no traffic field',
  static: 'one static finding',
  nothing: 'nothing to say',
  one: 'one finding from the topology',
  many: 'five findings',
};

/** Every review that is measured over HTTPS. */
export const CASES: readonly Case[] = [
  ...asked('static', ALL),
  ...asked('nothing', ZONEWISE),
  ...asked('one', ZONEWISE),
  ...asked('many', ZONEWISE),
  mutate('mutate-none', 'mutate, no default for this namespace', {}),
  mutate('mutate-filled', 'mutate, a default is filled in', { namespace: FILLED_NAMESPACE }),
  ...ENDPOINT_COUNTS.filter(count => count !== 15).map(count => ofEndpoints(count)),
  ...[...asked('static', ['zonewise-small']), ...asked('one', ZONEWISE)].map(again),
  again(mutate('mutate-filled', 'mutate, a default is filled in', { namespace: FILLED_NAMESPACE })),
];

/** As who compares a cluster with its sources sends it, every few minutes. */
function again(each: Case): Case {
  return { ...each, id: `${each.id}-again`, title: `${each.title}, as before`, again: true };
}

function asked(question: Question, subjects: readonly SubjectId[]): readonly Case[] {
  const operations: readonly Operation[] = ['CREATE', 'UPDATE'];
  return operations.map(operation => ({
    id: `${question}-${operation.toLowerCase()}`,
    title: `${operation}, ${QUESTIONS[question]}`,
    webhook: 'validate',
    body: reviewBody({ name: subjectOf(question), question, operation }),
    again: false,
    subjects,
  }));
}

function mutate(id: string, title: string, where: Pick<Asked, 'namespace'>): Case {
  // Without a traffic field of its own, so that there is something to fill in.
  const body = reviewBody({ name: 'web-15', question: 'plain', operation: 'CREATE', ...where });
  return { id, title, webhook: 'mutate', body, again: false, subjects: ZONEWISE };
}

function ofEndpoints(count: number): Case {
  return {
    id: `one-update-${count}`,
    title: `UPDATE, ${QUESTIONS.one}, ${count.toLocaleString('en')} endpoint${count === 1 ? '' : 's'}`,
    webhook: 'validate',
    body: reviewBody({ name: `web-${count}`, question: 'one', operation: 'UPDATE' }),
    again: false,
    subjects: ZONEWISE,
  };
}
