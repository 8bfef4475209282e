import type { UnknownField } from '../model/change.ts';
import type { MessageFormatter, Rule } from './rule.ts';

export const unknownField: Rule = {
  id: 'unknown-field',
  level: 'warn',
  needs: ['manifest'],
  summary: 'The manifest has a field that a Service does not have',
  why: `The API server does not know the field, because it is misspelled or in the wrong place. kubectl apply asks for
strict field validation and fails. Other clients do not: the API server removes the field, with at most a warning, and the
Service behaves as if it had not been written. The webhook gets the Service without the field and cannot report it; only
zonewise check sees it. The same applies to another apiVersion than v1, which no API server has, and to annotations
zonewise.dev/... that zonewise does not read.`,
  fix: 'Correct the name, or move the field to the place where it belongs.',
  example: `apiVersion: v1
kind: Service
metadata: { name: web }
spec:
  selector: { app: web }
  ports: [{ port: 80 }]
  internalTraficPolicy: Local
`,
  source: 'k8s.io/api core/v1 types.go Service, v0.37.1',
  appliesTo: (_, change) => (change.unknownFields ?? []).length > 0,
  *check({ change }) {
    for (const field of change.unknownFields ?? []) {
      yield { message: fmt => messageFor(field, fmt), path: field.path };
    }
  },
};

function messageFor({ path, kind, suggestion }: UnknownField, fmt: MessageFormatter): string {
  const hint = suggestion === null ? '' : `; did you mean ${suggestion}?`;
  if (kind === 'apiVersion') return `the API server has no Service of this apiVersion; did you mean ${suggestion}?`;
  if (kind === 'annotation')
    return `unknown annotation ${fmt.value(path.slice('metadata.annotations["'.length, -'"]'.length))} has no effect${hint}`;
  return `unknown field ${fmt.value(path)}: kubectl apply fails, other clients lose it${hint}`;
}
