/** The size of the cluster and the duration of the churn. `ZONEWISE_SCALE=quick`: the same cluster, shorter churn. */
export interface Size {
  readonly nodes: number;
  readonly services: number;
  readonly endpoints: number;
  /** Seconds during which endpoints change at the rate of a busy cluster. */
  readonly churnSeconds: number;
  /** Endpoint changes made afterwards, as fast as the API server accepts them. */
  readonly burstChanges: number;
  /** Upper bound by which the event loop may be delayed longer than in an idle process (p99.9), in milliseconds. */
  readonly aboveIdleMs: number;
  /** Every nth Service is compared in the end. */
  readonly compareEvery: number;
}

/** The rate of the churn: a rollout of a large Deployment every few seconds. */
export const CHANGES_A_SECOND = 100;
const HOUR = 3_600;

const CLUSTER = { nodes: 5_000, services: 10_000, endpoints: 150_000 };
const FULL: Size = {
  ...CLUSTER,
  churnSeconds: 180,
  burstChanges: HOUR * CHANGES_A_SECOND,
  aboveIdleMs: 20,
  compareEvery: 1,
};
/** For shared machines, where only stalls of reading in one piece (200 ms and more) are detectable. */
const QUICK: Size = {
  ...CLUSTER,
  churnSeconds: 20,
  burstChanges: FULL.burstChanges / 4,
  aboveIdleMs: 100,
  compareEvery: 3,
};

export function chosenSize(): Size {
  return process.env.ZONEWISE_SCALE === 'quick' ? QUICK : FULL;
}
