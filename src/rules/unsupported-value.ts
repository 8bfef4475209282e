import type { Rule } from './rule.ts';

export const unsupportedValue: Rule = {
  id: 'unsupported-value',
  level: 'deny',
  needs: ['kubernetes known'],
  summary: "A traffic field has a value that this cluster's version rejects",
  why: `The API server of each version accepts its own set of values, and some fields only together with others
(externalTrafficPolicy only if the Service is reachable from outside). A manifest that breaks one of these rules is
rejected at apply, often long after it was merged. In the webhook the API server has accepted the object already, so a
finding there means that zonewise assumes another version or feature gate, and its level is warn at most.`,
  fix: 'Use one of the values that the message lists, or remove the field.',
  example: `apiVersion: v1
kind: Service
metadata: { name: web }
spec:
  selector: { app: web }
  ports: [{ port: 80 }]
  trafficDistribution: Nearest
`,
  source: 'pkg/apis/core/validation/validation.go validateService, v1.37.1',
  appliesTo: () => true,
  *check({ change }) {
    for (const violation of change.violations) {
      yield {
        message: () => `${violation.path}: ${violation.reason}`,
        path: violation.path,
        ...(change.source === 'admission' ? { maxLevel: 'warn' } : {}),
      };
    }
  },
};
