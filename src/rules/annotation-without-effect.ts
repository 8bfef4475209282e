import { CLIENT_NODES_ANNOTATION, IGNORE_ANNOTATION, IGNORE_UNTIL_ANNOTATION } from '../model/annotations.ts';
import { closestMatch } from '../model/did-you-mean.ts';
import { labelSelectorError } from '../model/label-selector.ts';
import type { Service } from '../model/service.ts';
import type { Draft, Rule } from './rule.ts';

const ANNOTATIONS = [IGNORE_ANNOTATION, IGNORE_UNTIL_ANNOTATION, CLIENT_NODES_ANNOTATION];

/** @param ruleIds the ids of all rules, which are not known yet when this file is loaded */
export function annotationWithoutEffect(ruleIds: () => readonly string[]): Rule {
  return {
    id: 'annotation-without-effect',
    level: 'warn',
    needs: [],
    cannotBeIgnored: true,
    summary: 'An annotation of zonewise has no effect',
    why: `zonewise.dev/ignore does nothing for a rule that does not exist, and nothing at all if zonewise.dev/ignore-until
is in the past or is not a date. zonewise.dev/ignore-until does nothing without zonewise.dev/ignore, and
zonewise.dev/client-nodes does nothing if it is not a label selector. The author of the annotation believes that it works.`,
    fix: 'Correct the value that the message names, or remove the annotation.',
    example: `apiVersion: v1
kind: Service
metadata:
  name: agent
  annotations:
    zonewise.dev/ignore: local-policy-uncovered-node
    zonewise.dev/ignore-reason: clients run on pool web only
spec:
  selector: { app: agent }
  ports: [{ port: 4317 }]
`,
    source: 'zonewise',
    appliesTo: ({ annotations }) => ANNOTATIONS.some(name => name in annotations),
    *check({ service, invalidExemption }) {
      yield* unknownRules(service, ruleIds());
      if (invalidExemption !== null) {
        yield {
          message: () => `${IGNORE_ANNOTATION} has no effect: ${invalidExemption}`,
          path: `metadata.annotations["${IGNORE_UNTIL_ANNOTATION}"]`,
        };
      }
      yield* endOfNoExemption(service);
      yield* invalidSelector(service);
    },
  };
}

function* unknownRules({ annotations }: Service, ruleIds: readonly string[]): Generator<Draft> {
  const given = (annotations[IGNORE_ANNOTATION] ?? '').split(',').map(id => id.trim());
  const unknown = given.filter(id => id !== '' && id !== '*' && !ruleIds.includes(id));
  const [first] = unknown;
  if (first === undefined) return;
  const near = closestMatch(first, ruleIds);
  const hint = near === null ? '' : `; did you mean ${near}?`;
  const more = unknown.length > 1 ? ` and ${unknown.length - 1} more` : '';
  yield {
    message: fmt => `${IGNORE_ANNOTATION} names no rule: ${fmt.value(first)}${more}${hint}`,
    path: `metadata.annotations["${IGNORE_ANNOTATION}"]`,
  };
}

function* endOfNoExemption({ annotations }: Service): Generator<Draft> {
  if ((annotations[IGNORE_ANNOTATION] ?? '').trim() !== '') return;
  if ((annotations[IGNORE_UNTIL_ANNOTATION] ?? '').trim() === '') return;
  yield {
    message: () => `${IGNORE_UNTIL_ANNOTATION} has no effect without ${IGNORE_ANNOTATION}`,
    path: `metadata.annotations["${IGNORE_UNTIL_ANNOTATION}"]`,
  };
}

function* invalidSelector({ annotations }: Service): Generator<Draft> {
  const error = labelSelectorError(annotations[CLIENT_NODES_ANNOTATION] ?? '');
  if (error === null) return;
  yield {
    message: () => `${CLIENT_NODES_ANNOTATION} has no effect: not a label selector: ${error}`,
    path: `metadata.annotations["${CLIENT_NODES_ANNOTATION}"]`,
  };
}
