import type { Operation, ReviewScenario } from './reviews.ts';
import { FILLED_NAMESPACE, serviceNameOf } from './reviews.ts';
import type { SubjectId } from './server.ts';
import type { Variant, Workload } from './workload.ts';

/** One kind of review, sent over and over. */
export interface Case {
  readonly id: string;
  readonly title: string;
  readonly webhook: 'validate' | 'mutate';
  readonly workload: Workload;
  /** The servers that get it besides both echoes. */
  readonly subjects: readonly SubjectId[];
  /** Numbers of connections at which it is measured. */
  readonly connections: readonly number[];
}

const ZONEWISE: readonly SubjectId[] = ['zonewise-small', 'zonewise-big'];
const ALL: readonly SubjectId[] = [...ZONEWISE, 'controller-runtime', 'pepr'];
export const CONNECTIONS = [1, 8, 16, 32] as const;

const SCENARIO_TITLES: Readonly<Record<ReviewScenario, string>> = {
  plain: 'no traffic field',
  static: 'one static finding',
  nothing: 'nothing to report',
  one: 'one finding',
  many: 'five findings',
};
export const VARIANT_TITLES: Readonly<Record<Variant, string>> = {
  services: 'many Services in turn',
  ports: 'another target port each time',
  uid: 'same spec, new UID',
  mix: '90 % same spec, 10 % new',
  repeat: 'identical but for the review’s UID',
};

/** Every kind of review that is measured over HTTPS. */
export const CASES: readonly Case[] = [
  { ...validate('services', 'static', 'CREATE', { isNew: true }), subjects: ALL },
  validate('services', 'nothing', 'CREATE'),
  validate('services', 'one', 'CREATE'),
  validate('services', 'one', 'UPDATE'),
  validate('services', 'many', 'UPDATE'),
  { ...validate('ports', 'static', 'UPDATE'), subjects: ALL },
  validate('ports', 'one', 'CREATE'),
  validate('ports', 'one', 'UPDATE'),
  validate('uid', 'nothing', 'CREATE'),
  validate('uid', 'one', 'CREATE'),
  validate('uid', 'one', 'UPDATE'),
  validate('uid', 'many', 'UPDATE'),
  brief(largest()),
  brief(validate('mix', 'one', 'UPDATE')),
  brief(validate('repeat', 'one', 'UPDATE')),
  brief(mutate()),
];

function validate(
  variant: Variant,
  scenario: ReviewScenario,
  operation: Operation,
  more: Partial<Workload> = {},
): Case {
  return {
    id: `${variant}-${scenario}-${operation.toLowerCase()}`,
    title: `${operation}, ${SCENARIO_TITLES[scenario]}, ${VARIANT_TITLES[variant]}`,
    webhook: 'validate',
    workload: { variant, scenario, operation, name: serviceNameOf(scenario), ...more },
    subjects: ZONEWISE,
    connections: CONNECTIONS,
  };
}

/** The Service has no traffic field, so the default is filled in. */
function mutate(): Case {
  const each = validate('services', 'plain', 'CREATE', { namespace: FILLED_NAMESPACE, isNew: true });
  return {
    ...each,
    id: 'services-mutate-create',
    title: `mutate, a default is filled in, ${VARIANT_TITLES.services}`,
    webhook: 'mutate',
  };
}

function largest(): Case {
  const each = validate('ports', 'one', 'UPDATE', { name: 'web-5000' });
  return { ...each, id: `${each.id}-5000`, title: `${each.title}, 5,000 endpoints` };
}

function brief(each: Case): Case {
  return { ...each, connections: [1, 16] };
}
