import { parse } from 'yaml';
import type { ApiClient } from '../../kube/client/api-client.ts';
import { ApiStatusError } from '../../kube/client/errors.ts';
import { ASSUMED_KUBE_PROXY, CILIUM, type DataPlane, type DataPlanes, KUBE_PROXY } from '../../model/data-plane.ts';
import { asObject, asString } from '../../model/raw.ts';

/** Data of a ConfigMap; `absent` if it does not exist, `hidden` if reading it is forbidden. */
export type ConfigMapData = Readonly<Record<string, unknown>> | 'absent' | 'hidden';

/** Detects the data plane from two ConfigMaps. Throws network errors and ApiStatusError other than 403 and 404. */
export async function readDataPlane(client: ApiClient): Promise<DataPlanes> {
  const [kubeProxy, cilium] = await Promise.all([read(client, 'kube-proxy'), read(client, 'cilium-config')]);
  return detectDataPlane(kubeProxy, cilium);
}

/**
 * kubeadm stores kube-proxy's configuration as `config.conf` (cmd/kubeadm/app/phases/addons/proxy, v1.37.1). Cilium's
 * chart sets `kube-proxy-replacement` to `true`, before 1.14 `strict`; any other value leaves Services to kube-proxy.
 * Cilium wins: kube-proxy's ConfigMap often outlives its DaemonSet.
 */
export function detectDataPlane(kubeProxy: ConfigMapData, cilium: ConfigMapData): DataPlanes {
  if (typeof cilium === 'object' && ['true', 'strict'].includes(asString(cilium['kube-proxy-replacement']))) {
    return detected({ ...CILIUM, serviceTopology: cilium['enable-service-topology'] === 'true' });
  }
  if (typeof kubeProxy !== 'object') return ASSUMED_KUBE_PROXY;
  const mode = proxyMode(asString(kubeProxy['config.conf'])) === 'ipvs' ? 'ipvs' : KUBE_PROXY.mode;
  // If Cilium's ConfigMap is unreadable, Cilium may still replace kube-proxy.
  return { ...detected({ ...KUBE_PROXY, mode }), certainty: cilium === 'hidden' ? 'assumed' : 'known' };
}

function detected(dataPlane: DataPlane): DataPlanes {
  return { certainty: 'known', stated: false, candidates: [[{ nodes: null, dataPlane }]], evidence: [] };
}

function proxyMode(config: string): string {
  try {
    return asString(asObject(parse(config)).mode);
  } catch {
    return '';
  }
}

async function read(client: ApiClient, name: string): Promise<ConfigMapData> {
  try {
    return asObject(asObject(await client.json(`/api/v1/namespaces/kube-system/configmaps/${name}`)).data);
  } catch (error) {
    if (!(error instanceof ApiStatusError)) throw error;
    if (error.status === 404) return 'absent';
    if (error.status === 403) return 'hidden';
    throw error;
  }
}
