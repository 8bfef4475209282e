import type { Clock } from '../../runtime/clock.ts';
import type { Log } from '../../runtime/log.ts';
import type { TimeSlicer } from '../../runtime/time-slice.ts';
import type { ApiClient } from '../client/api-client.ts';
import type { Resource } from './resource.ts';
import type { Store } from './store.ts';

export interface ReflectorOptions<T extends object> {
  readonly resource: Resource<T>;
  readonly store: Store<T>;
  readonly client: ApiClient;
  readonly clock: Clock;
  readonly log: Log;
  /** In [0, 1), for jitter. */
  readonly random: () => number;
  /** Shared by all reflectors of a process. */
  readonly timeSlicer: TimeSlicer;
  /** Runs after every step that changed the store: one event, or one whole list. */
  readonly onChange: () => void;
  /** Runs at the first answer after a failure, or after the server ended a watch early. */
  readonly onReconnect: () => void;
}
