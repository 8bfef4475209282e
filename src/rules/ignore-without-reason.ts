import { IGNORE_ANNOTATION, IGNORE_REASON_ANNOTATION } from '../model/annotations.ts';
import type { Rule } from './rule.ts';

export const ignoreWithoutReason: Rule = {
  id: 'ignore-without-reason',
  level: 'warn',
  needs: [],
  cannotBeIgnored: true,
  summary: 'The Service opts out of rules and gives no reason',
  why: `zonewise.dev/ignore exempts one Service from rules. Without a reason it is unknown later whether the exemption
is still needed and whom to ask. A blank reason does not count.`,
  fix: 'Add zonewise.dev/ignore-reason, and zonewise.dev/ignore-until: 2027-01-31 if the exemption should expire.',
  example: `apiVersion: v1
kind: Service
metadata:
  name: agent
  annotations: { zonewise.dev/ignore: local-policy-uncovered-nodes }
spec:
  selector: { app: agent }
  ports: [{ port: 4317 }]
  internalTrafficPolicy: Local
`,
  source: 'zonewise',
  // A value of commas alone does not name a rule.
  appliesTo: service => /[^\s,]/.test(service.annotations[IGNORE_ANNOTATION] ?? ''),
  *check({ service }) {
    if ((service.annotations[IGNORE_REASON_ANNOTATION] ?? '').trim() !== '') return;
    yield {
      message: fmt =>
        `${IGNORE_ANNOTATION} ${fmt.value(service.annotations[IGNORE_ANNOTATION] ?? '')} gives no reason; add ${IGNORE_REASON_ANNOTATION}`,
      path: `metadata.annotations["${IGNORE_ANNOTATION}"]`,
    };
  },
};
