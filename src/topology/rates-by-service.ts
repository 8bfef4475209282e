import type { MeasuredTraffic, TrafficRate } from '../model/measured-traffic.ts';
import { objectKey } from '../model/object-key.ts';
import type { Service } from '../model/service.ts';
import type { RatesOfService } from './measured-senders.ts';

/** Measured traffic by Service. */
export class RatesByService {
  readonly #rates: ReadonlyMap<string, readonly TrafficRate[]>;
  readonly #measured: MeasuredTraffic['measured'];

  constructor({ rates, measured }: Pick<MeasuredTraffic, 'rates' | 'measured'>) {
    this.#rates = Map.groupBy(rates, ({ namespace, service }) => objectKey(namespace, service));
    this.#measured = measured;
  }

  /** No rates for a Service that was not measured. */
  of({ namespace, name }: Pick<Service, 'namespace' | 'name'>): RatesOfService {
    return { rates: this.#rates.get(objectKey(namespace, name)) ?? [], measured: this.#measured };
  }
}
