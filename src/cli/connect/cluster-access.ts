import { Credentials } from '../../kube/client/credentials.ts';
import { ServerClock } from '../../kube/writer/api-server-clock.ts';
import { ApiWriter } from '../../kube/writer/api-writer.ts';
import { type Clock, systemClock } from '../../runtime/clock.ts';
import { InputError } from '../../runtime/errors.ts';
import { asInputError } from './kube-context.ts';

/** A writable cluster and its clocks. */
export interface ClusterAccess {
  readonly api: ApiWriter;
  /** Monotonic clock since the start of the process. */
  readonly steady: Clock;
  /** The time of the API server, in milliseconds since the epoch. */
  readonly now: () => number;
}

/**
 * Opens the cluster of the kubeconfig, or inside a Pod its own cluster. Throws InputError without either, because the
 * current context of a user is not a safe default for writing.
 */
export async function openCluster(kubeconfig: string | undefined): Promise<ClusterAccess> {
  const inCluster = process.env['KUBERNETES_SERVICE_HOST'] !== undefined;
  if (!kubeconfig && !inCluster) throw new InputError('outside a Pod --kubeconfig must say which cluster to work on');
  const steady = systemClock(() => performance.now());
  const credentials = new Credentials({ path: kubeconfig }, steady);
  await credentials.current().catch(asInputError);
  const time = new ServerClock(steady);
  return { api: new ApiWriter(credentials, date => time.heard(date)), steady, now: () => time.now() };
}
