/** What the suite builds and how long it churns. `ZONEWISE_SCALE=quick`: the same cluster, shorter churn. */
export interface Size {
  readonly nodes: number;
  readonly services: number;
  readonly endpoints: number;
  /** How long endpoints change at the pace of a busy cluster, in seconds. */
  readonly churnSeconds: number;
  /** Endpoint changes made as fast as the API server takes them, after that. */
  readonly burstChanges: number;
  /** How much longer than an idle process the event loop may be held up (p99.9), in milliseconds. */
  readonly aboveIdleMs: number;
  /** Every nth Service is compared in the end. */
  readonly compareEvery: number;
}

/** The pace of the churn: a rollout of a large Deployment every few seconds. */
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
/** Runs where others work too, so that only stalls of the kind that reading in one go makes (200 ms and more) can be told. */
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
