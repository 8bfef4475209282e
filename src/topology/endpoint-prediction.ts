import type { EndpointSlice } from '../model/endpoint-slice.ts';
import type { PredictedHints } from './hints.ts';
import { predictHints } from './hints.ts';
import type { NodeSet } from './node-set.ts';
import { ServiceEndpoints } from './service-endpoints.ts';
import type { SliceInputs } from './slice-prediction.ts';
import { predictSlices, slicesAfterRollout } from './slice-prediction.ts';

/** Future EndpointSlices and their endpoints. */
export interface PredictedSlices extends PredictedHints {
  readonly endpoints: ServiceEndpoints;
}

/** The slices of a Service right after the change, and after the rollout. */
export class EndpointPrediction {
  readonly afterChange: PredictedSlices;
  readonly #inputs: SliceInputs;
  readonly #nodes: NodeSet;
  #afterRollout: PredictedSlices | null = null;

  constructor(inputs: SliceInputs, slices: readonly EndpointSlice[], nodes: NodeSet) {
    this.#inputs = inputs;
    this.#nodes = nodes;
    this.afterChange = this.#withEndpoints(predictSlices(inputs, slices, nodes));
  }

  /** With all starting endpoints ready, without terminating ones, and with the hints written then. */
  get afterRollout(): PredictedSlices {
    this.#afterRollout ??= this.#settle();
    return this.#afterRollout;
  }

  #settle(): PredictedSlices {
    const { slices } = this.afterChange;
    const { rewritten, hints } = this.#inputs;
    const afterRollout = slicesAfterRollout(slices);
    // Predicted hints stay the same, except that an allocation by CPU may change its own result.
    if (afterRollout === slices && rewritten && hints.heuristic !== 'auto') return this.afterChange;
    const predicted = predictHints(hints, afterRollout, this.#nodes);
    const same = predicted.slices.every((slice, i) => slice === slices[i]);
    return same ? { ...predicted, endpoints: this.afterChange.endpoints } : this.#withEndpoints(predicted);
  }

  #withEndpoints(predicted: PredictedHints): PredictedSlices {
    const { rewritten, hints } = this.#inputs;
    return { ...predicted, endpoints: new ServiceEndpoints(predicted.slices, rewritten && hints.managed) };
  }
}
