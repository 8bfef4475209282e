import type { Cilium } from '../../src/model/data-plane.ts';
import { CILIUM } from '../../src/model/data-plane.ts';
import type { Random } from '../upstream/random.ts';

/** Settings of Cilium, named as in the ConfigMap cilium-config. */
export interface Settings {
  readonly 'enable-service-topology': boolean;
  readonly 'kube-proxy-replacement': boolean;
  readonly 'k8s-service-proxy-name': string;
  /** Read by 1.17 and 1.18. */
  readonly 'enable-internal-traffic-policy': boolean;
  readonly 'enable-node-port': boolean;
  /** Read by 1.17. */
  readonly 'enable-external-ips': boolean;
}

const LAST_WITH_PARTS = 18;

/** Each combination of service topology and kube-proxy replacement, by turns, and rarely another setting. */
export function settingsOf(random: Random, index: number, minor: number): Settings {
  const hasParts = minor <= LAST_WITH_PARTS;
  return {
    'enable-service-topology': index % 4 !== 1,
    'kube-proxy-replacement': index % 4 < 2 || random.chance(0.3),
    'k8s-service-proxy-name': random.chance(0.1) ? 'another-proxy' : '',
    'enable-internal-traffic-policy': !(hasParts && random.chance(0.1)),
    'enable-node-port': hasParts && random.chance(0.15),
    'enable-external-ips': minor <= 17 && random.chance(0.15),
  };
}

/** The combinations for the hand-made cases. */
export function settingsForCases(): readonly Settings[] {
  return [true, false].flatMap(topology =>
    [true, false].map(replacement => ({
      'enable-service-topology': topology,
      'kube-proxy-replacement': replacement,
      'k8s-service-proxy-name': '',
      'enable-internal-traffic-policy': true,
      'enable-node-port': false,
      'enable-external-ips': false,
    })),
  );
}

export function dataPlaneOf(settings: Settings, minor: number): Cilium {
  return {
    ...CILIUM,
    version: { major: 1, minor, patch: null },
    serviceTopology: settings['enable-service-topology'],
    kubeProxyReplacement: settings['kube-proxy-replacement'],
    serviceProxyName: settings['k8s-service-proxy-name'],
    internalTrafficPolicy: settings['enable-internal-traffic-policy'],
    nodePort: settings['enable-node-port'],
    externalIPs: settings['enable-external-ips'],
  };
}
