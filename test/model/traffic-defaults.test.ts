import { expect, test } from 'vitest';
import { withTrafficDefaults } from '../../src/model/traffic-defaults.ts';

const defaulted = (spec: object, minor = 37) => withTrafficDefaults({ spec }, minor)['spec'];

test('an empty spec becomes a ClusterIP Service with internal policy Cluster and no external one', () => {
  expect(defaulted({})).toEqual({ type: 'ClusterIP', sessionAffinity: 'None', internalTrafficPolicy: 'Cluster' });
});

test('null reads as absent, also inside sessionAffinityConfig and as an annotation, where it is the empty string', () => {
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

test('external IPs bring an external policy from 1.29 on', () => {
  const spec = { externalIPs: ['192.0.2.7'] };
  expect(defaulted(spec, 28)).not.toHaveProperty('externalTrafficPolicy');
  expect(defaulted(spec, 29)).toHaveProperty('externalTrafficPolicy', 'Cluster');
});

test('an internal policy of "" is no absent one: the API server has a pointer there', () => {
  expect(defaulted({ internalTrafficPolicy: '', externalTrafficPolicy: '', type: 'NodePort' })).toMatchObject({
    internalTrafficPolicy: '',
    externalTrafficPolicy: 'Cluster',
  });
});

test('values of a wrong type stay, and the input is not touched', () => {
  const spec = Object.freeze({ type: 5, sessionAffinityConfig: [], externalIPs: 'x' });
  expect(defaulted(spec)).toMatchObject(spec);
  expect(withTrafficDefaults(Object.freeze({ spec: 'x', metadata: [] }), 37)).toEqual({ spec: 'x', metadata: [] });
});
