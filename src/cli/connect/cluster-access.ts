import { Credentials } from '../../kube/client/credentials.ts';
import { ApiServerClock } from '../../kube/writer/api-server-clock.ts';
import { ApiWriter } from '../../kube/writer/api-writer.ts';
import { type Clock, systemClock } from '../../runtime/clock.ts';
import { InputError } from '../../runtime/errors.ts';
import { throwAsInputError } from './kube-context.ts';

/** A writable cluster and its clocks. */
export interface ClusterAccess {
  readonly api: ApiWriter;
  /** The local clock; only its monotonic part is read. */
  readonly monotonicClock: Clock;
  /** The time of the API server, in milliseconds since the epoch. */
  readonly now: () => number;
}

/**
 * Opens the cluster of the kubeconfig, or inside a Pod its own cluster. Throws InputError without either, because the
 * current context of a user is not a safe default for writing.
 */
export async function openClusterAccess(kubeconfig: string | undefined): Promise<ClusterAccess> {
  const inCluster = process.env['KUBERNETES_SERVICE_HOST'] !== undefined;
  if (!kubeconfig && !inCluster) throw new InputError('outside a Pod --kubeconfig must say which cluster to work on');
  const monotonicClock = systemClock();
  const credentials = new Credentials({ path: kubeconfig }, monotonicClock);
  await credentials.current().catch(throwAsInputError);
  const time = new ApiServerClock(monotonicClock);
  return { api: new ApiWriter(credentials, date => time.onDateHeader(date)), monotonicClock, now: () => time.now() };
}
