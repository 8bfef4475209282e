import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Case } from './cases.ts';
import type { Bench } from './measure.ts';
import { load, RAMP_MS } from './measure.ts';
import type { Result } from './result.ts';
import type { SubjectId } from './server.ts';
import { rounded } from './statistics.ts';
import type { Site } from './subjects.ts';
import { startSubject, zonewise } from './subjects.ts';

type Deoptimisation = Result['deoptimisations'][number];

interface Options {
  readonly site: Site;
  readonly bench: Pick<Bench, 'generator' | 'profile' | 'log'>;
  readonly topologyOf: (id: SubjectId) => Parameters<typeof zonewise>[1];
}

const CONNECTIONS = 16;
const WINDOWS = 2;
/** A function above this rate in every window is compiled and discarded over and over. */
const MAX_PER_SECOND = 5;
/** Short windows have a high rate by chance. */
const MIN_COUNT = 3;

/**
 * Loads servers that trace deoptimisations, case after case: one pass to warm up, then two that count. They are separate
 * servers, as tracing takes time.
 */
export async function measureDeoptimisations(
  cases: readonly Case[],
  { site, bench, topologyOf }: Options,
): Promise<readonly Deoptimisation[]> {
  const found: Deoptimisation[] = [];
  for (const id of ['zonewise-small', 'zonewise-big'] as const) {
    bench.log(`deoptimisations, ${id}`);
    const trace = join(site.folder, `${id}-deoptimisations.txt`);
    const nodeFlags = ['--trace-deopt', '--redirect-code-traces', `--redirect-code-traces-to=${trace}`];
    const server = await startSubject(await zonewise(id, { ...topologyOf(id), nodeFlags }, site), site);
    const run = { servers: new Map([[id, server]]), generator: bench.generator };
    try {
      const { warmUpMs, sampleMs: windowMs } = bench.profile;
      for (const each of cases) await load(id, each, run, CONNECTIONS, warmUpMs);
      const counts = new Map<Case, ReadonlyMap<string, readonly string[]>[]>(cases.map(each => [each, []]));
      for (let window = 0; window < WINDOWS; window++) {
        for (const [each, windows] of counts) {
          const before = textOf(trace).length;
          await load(id, each, run, CONNECTIONS, windowMs);
          windows.push(deoptimisationsIn(textOf(trace).slice(before)));
        }
      }
      const seconds = (windowMs + RAMP_MS) / 1000;
      for (const [each, windows] of counts) {
        found.push(...summaryOf(windows, seconds).map(summary => ({ server: id, case: each.id, ...summary })));
      }
    } finally {
      await server.stop();
    }
  }
  return found.toSorted((a, b) => b.perSecond - a.perSecond);
}

const BAILOUT =
  /^\[bailout \(kind: [\w-]+, reason: (.+?)\): begin\. deoptimizing \w+ <JSFunction (.*?)\(sfi = (\w+)\)>/gm;
/** Code of an outer loop is replaced by better code. */
const REPLACEMENT = 'prepare for on stack replacement (OSR)';

/** The reasons by function, one per deoptimisation; anonymous functions are kept apart by address. */
export function deoptimisationsIn(trace: string): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const [, reason = '', name = '', address = ''] of trace.matchAll(BAILOUT)) {
    if (reason === REPLACEMENT) continue;
    const key = name.trim() || `(anonymous ${address})`;
    found.set(key, [...(found.get(key) ?? []), reason]);
  }
  return found;
}

export function summaryOf(windows: readonly ReadonlyMap<string, readonly string[]>[], seconds: number) {
  const names = new Set(windows.flatMap(window => [...window.keys()]));
  return [...names].map(name => {
    const reasons = windows.map(window => window.get(name) ?? []);
    const perSecond = rounded(reasons.flat().length / (windows.length * seconds));
    const isLoop = reasons.every(({ length }) => length >= MIN_COUNT && length / seconds > MAX_PER_SECOND);
    return { name, reason: [...new Set(reasons.flat())].join(', '), perSecond, isLoop };
  });
}

function textOf(path: string): string {
  return existsSync(path) ? readFileSync(path, 'latin1') : '';
}
