import { expect, test } from 'vitest';
import { withTrafficDefaults } from '../../src/model/traffic-defaults.ts';

const defaulted = (spec: object, minor = 37) => withTrafficDefaults({ spec }, minor)['spec'];

test('an empty spec becomes a ClusterIP Service with internal policy Cluster and no external one', () => {
  expect(defaulted({})).toEqual({ type: 'ClusterIP', sessionAffinity: 'None', internalTrafficPolicy: 'Cluster' });
});

test('null is read as absent, also in sessionAffinityConfig, and as the empty string in an annotation', () => {
  const raw = {
    metadata: { annotations: { a: null } },
    spec: { sessionAffinityConfig: { clientIP: null }, type: null },
  };
  expect(withTrafficDefaults({ ...raw, spec: { ...raw.spec, sessionAffinity: 'ClientIP' } }, 37)).toEqual({
    metadata: { annotations: { a: '' } },
    spec: {
      type: 'ClusterIP',
      sessionAffinity: 'ClientIP',
      sessionAffinityConfig: { clientIP: { timeoutSeconds: 10800 } },
      internalTrafficPolicy: 'Cluster',
    },
  });
});

test('external IPs set an external policy since 1.29', () => {
  const spec = { externalIPs: ['192.0.2.7'] };
  expect(defaulted(spec, 28)).not.toHaveProperty('externalTrafficPolicy');
  expect(defaulted(spec, 29)).toHaveProperty('externalTrafficPolicy', 'Cluster');
});

test('an empty internal policy is not absent, because the API server has a pointer there', () => {
  expect(defaulted({ internalTrafficPolicy: '', externalTrafficPolicy: '', type: 'NodePort' })).toMatchObject({
    internalTrafficPolicy: '',
    externalTrafficPolicy: 'Cluster',
  });
});

test('values of a wrong type are kept, and the input is not changed', () => {
  const spec = Object.freeze({ type: 5, sessionAffinityConfig: [], externalIPs: 'x' });
  expect(defaulted(spec)).toMatchObject(spec);
  expect(withTrafficDefaults(Object.freeze({ spec: 'x', metadata: [] }), 37)).toEqual({ spec: 'x', metadata: [] });
});
