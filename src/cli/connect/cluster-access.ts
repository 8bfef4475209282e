import { Credentials } from '../../kube/client/credentials.ts';
import { KubeconfigError } from '../../kube/client/errors.ts';
import { ServerClock } from '../../kube/writer/api-server-clock.ts';
import { ApiWriter } from '../../kube/writer/api-writer.ts';
import { type Clock, systemClock } from '../../runtime/clock.ts';
import { InputError } from '../../runtime/errors.ts';

/** A cluster that may be written to, and its time. */
export interface ClusterAccess {
  readonly api: ApiWriter;
  /** Time since the process began: never jumps. */
  readonly steady: Clock;
  /** Milliseconds since the epoch, as the API server has it. */
  readonly now: () => number;
}

/**
 * Inside a Pod its own cluster, else that of the kubeconfig: no process writes to whatever cluster a person happened to
 * choose last. Throws InputError.
 */
export async function openCluster(kubeconfig: string | undefined): Promise<ClusterAccess> {
  const inCluster = process.env['KUBERNETES_SERVICE_HOST'] !== undefined;
  if (!kubeconfig && !inCluster) throw new InputError('outside a Pod --kubeconfig must say which cluster to work on');
  const steady = systemClock(() => performance.now());
  const credentials = new Credentials({ path: kubeconfig }, steady);
  await credentials.current().catch(cause => {
    if (cause instanceof KubeconfigError) throw new InputError(cause.message, { cause });
    throw cause;
  });
  const time = new ServerClock(steady);
  return { api: new ApiWriter(credentials, date => time.heard(date)), steady, now: () => time.now() };
}
