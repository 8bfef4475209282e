/** What the suite builds and how long it churns. `ZONEWISE_SCALE=quick`: the same cluster, shorter churn. */
export interface Size {
  readonly nodes: number;
  readonly services: number;
  readonly endpoints: number;
  /** How long endpoints change at the pace of a busy cluster, in seconds. */
  readonly churnSeconds: number;
  /** Endpoint changes made as fast as the API server takes them, after that. */
  readonly burstChanges: number;
  /** Every nth Service is compared in the end. */
  readonly compareEvery: number;
}

/** The pace of the churn: a rollout of a large Deployment every few seconds. */
export const CHANGES_A_SECOND = 100;
const HOUR = 3_600;

const CLUSTER = { nodes: 5_000, services: 10_000, endpoints: 150_000 };
const FULL: Size = { ...CLUSTER, churnSeconds: 180, burstChanges: HOUR * CHANGES_A_SECOND, compareEvery: 1 };
const QUICK: Size = { ...CLUSTER, churnSeconds: 20, burstChanges: FULL.burstChanges / 4, compareEvery: 3 };

export function chosenSize(): Size {
  return process.env.ZONEWISE_SCALE === 'quick' ? QUICK : FULL;
}
