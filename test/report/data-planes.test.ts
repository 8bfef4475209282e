import { expect, test } from 'vitest';
import type { DataPlaneAssignment, DataPlanes } from '../../src/model/data-plane.ts';
import { ASSUMED_KUBE_PROXY, CILIUM, KNOWN_CILIUM_VERSIONS, KUBE_PROXY } from '../../src/model/data-plane.ts';
import { dataPlanesLine } from '../../src/report/data-planes.ts';

const [newest, ...older] = KNOWN_CILIUM_VERSIONS.map(
  (version): DataPlaneAssignment => [{ nodes: null, dataPlane: { ...CILIUM, version } }],
);
const ANY_CILIUM: DataPlanes = {
  certainty: 'candidates',
  stated: true,
  candidates: [newest as DataPlaneAssignment, ...older],
  evidence: ['the configuration'],
};

test.each<[string, DataPlanes, string]>([
  ['one of any version', ANY_CILIUM, 'cilium, version not known (the configuration)'],
  [
    'several',
    { ...ANY_CILIUM, candidates: [[{ nodes: null, dataPlane: KUBE_PROXY }], [{ nodes: null, dataPlane: CILIUM }]] },
    'one of kube-proxy or cilium@1.20 (the configuration)',
  ],
  ['none', ASSUMED_KUBE_PROXY, 'kube-proxy (assumed): no object shows it'],
  [
    'one with unknown settings',
    { ...ASSUMED_KUBE_PROXY, evidence: ['DaemonSet kube-system/kube-proxy', 'configuration not known'] },
    'kube-proxy (assumed): no object shows it for certain (DaemonSet kube-system/kube-proxy, configuration not known)',
  ],
])('the line for %s', (_, dataPlanes, expected) => {
  expect(dataPlanesLine(dataPlanes)).toBe(`data plane: ${expected}`);
});
