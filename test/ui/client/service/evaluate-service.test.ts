import { expect, test } from 'vitest';
import { evaluateExisting } from '../../../../src/engine/evaluate-existing.ts';
import { EvaluationCache } from '../../../../src/engine/evaluation-cache.ts';
import { DEFAULT_POLICY } from '../../../../src/engine/policy.ts';
import { RULES } from '../../../../src/rules/index.ts';
import { evaluateService } from '../../../../src/ui/client/service/evaluate-service.ts';
import { FACTS, SAMPLE, serviceStateOf } from '../../../support/builders.ts';

test('a Service has the same findings in the browser as in the audit, also those that need its workloads', () => {
  const cache = new EvaluationCache();
  const inputs = { rules: RULES, topology: SAMPLE, facts: FACTS, policy: DEFAULT_POLICY, cache };
  const messages = SAMPLE.services().flatMap(service => {
    const { namespace, name } = service;
    const audited = evaluateExisting(service, inputs).findings.map(({ message }) => message);
    const shown = evaluateService(serviceStateOf(SAMPLE, `${namespace}/${name}`)).findings;
    expect(
      shown.map(({ message }) => message),
      name,
    ).toEqual(audited);
    return audited;
  });
  expect(messages.join()).toContain('distribution-without-spread');
});
