import type { OracleSource } from './build.ts';
import { goVersion, oracleBinary } from './build.ts';
import type { MinorPlan } from './plan.ts';
import { readPlan } from './plan.ts';
import { box } from './show.ts';

/** The clusters of one minor, and the number of answers in them. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly answers: number;
}

export interface ComparisonRun {
  readonly source: OracleSource;
  /** As in `Nothing was compared with upstream.` */
  readonly name: string;
  readonly defaultClusters: number;
  compare(binary: string, plan: MinorPlan): Promise<Tally>;
}

/** Compares each minor of the command line and prints the sums; exit code 1 on a mismatch, 0 if Go is not installed. */
export async function runMinors({ source, name, defaultClusters, compare }: ComparisonRun): Promise<void> {
  const { clusters, seed, minors, advice } = readPlan(source, defaultClusters);
  const go = goVersion();
  if (go === null) {
    console.error(box(['SKIPPED: there is no Go on this machine.', `Nothing was compared with ${name}.`]));
    console.log('0 passed, 0 failed');
    return;
  }
  const sum = { passed: 0, failed: 0, answers: 0 };
  for (const minor of minors) {
    const result = await compare(oracleBinary(source, minor, go), { minor, clusters, seed, advice });
    sum.passed += result.passed;
    sum.failed += result.failed;
    sum.answers += result.answers;
  }
  console.log(`${sum.answers} answers compared; ${sum.passed} passed, ${sum.failed} failed`);
  process.exitCode = sum.failed > 0 ? 1 : 0;
}
