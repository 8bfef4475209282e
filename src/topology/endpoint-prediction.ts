import type { EndpointSlice } from '../model/endpoint-slice.ts';
import type { PredictedHints } from './hints.ts';
import { predictHints } from './hints.ts';
import type { NodeSet } from './node-set.ts';
import { ServiceEndpoints } from './service-endpoints.ts';
import type { SlicesAsked } from './slice-prediction.ts';
import { prospectiveSlices, settledSlices } from './slice-prediction.ts';

/** Future EndpointSlices and their endpoints. */
export interface Prospect extends PredictedHints {
  readonly endpoints: ServiceEndpoints;
}

/** The slices of a Service right after the change, and after the rollout. */
export class Outlook {
  readonly prospect: Prospect;
  readonly #asked: SlicesAsked;
  readonly #nodes: NodeSet;
  #settled: Prospect | null = null;

  constructor(asked: SlicesAsked, slices: readonly EndpointSlice[], nodes: NodeSet) {
    this.#asked = asked;
    this.#nodes = nodes;
    this.prospect = this.#withEndpoints(prospectiveSlices(asked, slices, nodes));
  }

  /** With all starting endpoints ready, without terminating ones, and with the hints written then. */
  get settled(): Prospect {
    this.#settled ??= this.#settle();
    return this.#settled;
  }

  #settle(): Prospect {
    const { slices } = this.prospect;
    const predicted = predictHints(this.#asked.hints, settledSlices(slices), this.#nodes);
    const same = predicted.slices.every((slice, i) => slice === slices[i]);
    return same ? { ...predicted, endpoints: this.prospect.endpoints } : this.#withEndpoints(predicted);
  }

  #withEndpoints(predicted: PredictedHints): Prospect {
    const { rewritten, hints } = this.#asked;
    return { ...predicted, endpoints: new ServiceEndpoints(predicted.slices, rewritten && hints.managed) };
  }
}
