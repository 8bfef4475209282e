import { parseArgs } from 'node:util';
import type { OracleSource } from './build.ts';
import { KUBERNETES, knownMinors } from './build.ts';

/** The options of the command line. */
export interface RunPlan {
  readonly clusters: number;
  readonly seed: number;
  readonly minors: readonly number[];
  /** Compare advice, not the routes of Services. */
  readonly advice: boolean;
}

/** The plan for one of the minors. */
export interface MinorPlan {
  readonly minor: number;
  readonly clusters: number;
  readonly seed: number;
  readonly advice: boolean;
}

/** Reads `--clusters N`, `--seed S`, `--minor M`, which may be repeated, and for Kubernetes `--advice`; ends the process if they are wrong. */
export function readPlan(source: OracleSource, defaultClusters: number): RunPlan {
  const { values } = parseArgs({
    options: {
      clusters: { type: 'string', default: String(defaultClusters) },
      seed: { type: 'string', default: '1' },
      minor: { type: 'string', multiple: true },
      advice: { type: 'boolean', default: false },
    },
  });
  if (values.advice && source !== KUBERNETES) stop(`advice is compared with Kubernetes, not with ${source.project}`);
  const known = knownMinors(source);
  const minors = values.minor?.map(minor => count('minor', minor.replace(/^1\./, ''))) ?? known;
  for (const minor of minors) {
    if (!known.includes(minor)) stop(`no oracle for 1.${minor}: there are ${known.join(', ')}`);
  }
  return {
    clusters: count('clusters', values.clusters),
    seed: count('seed', values.seed),
    minors,
    advice: values.advice,
  };
}

function count(name: string, text: string): number {
  const value = Number(text);
  return Number.isInteger(value) && value >= 0 ? value : stop(`--${name} takes a whole number, not ${text}`);
}

function stop(message: string): never {
  console.error(message);
  process.exit(2);
}
