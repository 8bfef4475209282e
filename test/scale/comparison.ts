import { listAfresh } from './listed-topology.ts';
import type { ScaleCluster } from './scale-cluster.ts';
import type { Serving } from './serving.ts';
import { environmentFor, type Verdict, verdictsFromScratch, verdictsOf } from './verdicts.ts';

export interface Comparison {
  readonly services: number;
  /** Services with findings. */
  readonly spoken: number;
  /** Rules with findings. */
  readonly rules: number;
  /** Seconds that the serving process took for all. */
  readonly seconds: number;
  readonly different: readonly { readonly fromScratch: Verdict; readonly serving: Verdict | undefined }[];
}

/** Compares the serving process with an evaluation of a fresh list, for every nth Service. */
export async function compare(cluster: ScaleCluster, serving: Serving, every: number): Promise<Comparison> {
  await cluster.caughtUp(serving);
  const listed = await listAfresh(cluster.bulk);
  const services = listed.services.filter((_, index) => index % every === 0);
  const begin = performance.now();
  const answered = await verdictsOf(serving, cluster.plane.authority.cert, services);
  const seconds = (performance.now() - begin) / 1000;
  const expected = await verdictsFromScratch(environmentFor(listed.topology), services);
  return {
    services: services.length,
    spoken: expected.filter(({ rules }) => rules.length > 0).length,
    rules: new Set(expected.flatMap(({ rules }) => rules)).size,
    seconds,
    different: expected.flatMap((fromScratch, index) =>
      JSON.stringify(fromScratch) === JSON.stringify(answered[index])
        ? []
        : [{ fromScratch, serving: answered[index] }],
    ),
  };
}
