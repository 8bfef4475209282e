import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { CASES } from './cases.ts';
import { measureChurn } from './churn.ts';
import { measureDeoptimisations } from './deoptimisations.ts';
import { measureEndToEnd } from './end-to-end.ts';
import { measureAdvice, measureAudit, measureLimits } from './limits.ts';
import type { Generator } from './load.ts';
import { startGenerator } from './load.ts';
import { describeMachine, findPinning, pinned, residentMiB } from './machine.ts';
import type { LoadProfile } from './measure.ts';
import { measureReviews } from './measure.ts';
import { findPeers } from './peers.ts';
import type { Result } from './result.ts';
import type { Server, SubjectId } from './server.ts';
import { rounded } from './statistics.ts';
import type { Site, Subject } from './subjects.ts';
import { chartHeapMiB, echo, prepareSite, startSubject, zonewise } from './subjects.ts';
import { BIG_CLUSTER, SMALL_CLUSTER, topologyJson } from './topology.ts';
import { findVersions } from './versions.ts';

export interface BenchOptions {
  /** Temporary. */
  readonly folder: string;
  readonly profile: LoadProfile;
  readonly quick: boolean;
  /** A part (`PARTS`) or a piece of case ids; the rest is left out. */
  readonly only?: string | undefined;
}

type Missing = Result['missing'][number];

export const PARTS = ['reviews', 'deoptimisations', 'curves', 'limits', 'audit', 'advise', 'churn', 'end-to-end'];
const TOPOLOGIES = { small: SMALL_CLUSTER, big: BIG_CLUSTER } as const;

/** Runs all measurements, one after the other. Throws a RangeError if `only` selects nothing. */
export async function runBench({ folder, profile, quick, only }: BenchOptions): Promise<Result> {
  const isMeasurement = only !== undefined && PARTS.includes(only);
  const cases = only === undefined || isMeasurement ? CASES : CASES.filter(({ id }) => id.includes(only));
  if (cases.length === 0) throw new RangeError(`--only ${only}: neither a part (${PARTS.join(', ')}) nor a case`);
  const run = async <T>(part: string, measure: () => Promise<T>, otherwise: T): Promise<T> => {
    if (only !== undefined && part !== (isMeasurement ? only : 'reviews')) return otherwise;
    log(part);
    return measure();
  };
  const { connections: _, ...settings } = profile;
  const site = prepareSite(folder);
  for (const [name, size] of Object.entries(TOPOLOGIES)) writeFileSync(topologyFile(site, name), topologyJson(size));
  const missing: Missing[] = [];
  const generator = startGenerator(findPinning()?.generator);
  try {
    const bench = { generator, profile, log };
    const overHttps = await run(
      'reviews',
      async () => measureServers(await subjectsFor(site, missing), cases, { ...bench, site }),
      { servers: [], reviews: [] },
    );
    const deoptimisations = await run(
      'deoptimisations',
      () => measureDeoptimisations(cases, { site, bench, topologyOf: id => sourceOf(site, id) }),
      [],
    );
    const curves = await run('curves', () => measureCurves(quick ? ['1', 'quick'] : ['3', 'full'], site), []);
    const limits = await run('limits', () => measureLimits(site), []);
    const audit = await run('audit', () => measureAudit(site), null);
    const advise = await run('advise', () => measureAdvice(site), null);
    const churn = await run('churn', () => measureChurn(TOPOLOGIES, quick ? 3 : 15, { site, generator }), []);
    const endToEnd = await run('end-to-end', () => measureEndToEnd(quick ? 100 : 1_000, site), { endToEnd: null });
    if ('why' in endToEnd) missing.push({ what: 'end to end through the API server', why: endToEnd.why });
    return {
      date: new Date().toISOString().slice(0, 10),
      quick,
      commands: ['npm ci', `npm run bench${quick ? ' -- --quick' : ''}`],
      machine: { ...describeMachine(), pinned: findPinning() !== null },
      versions: findVersions(),
      settings: { ...settings, heapMiB: chartHeapMiB() },
      missing,
      topologies: TOPOLOGIES,
      ...overHttps,
      deoptimisations,
      curves,
      limits,
      audit,
      advise,
      churn,
      endToEnd: 'why' in endToEnd ? null : endToEnd.endToEnd,
    };
  } finally {
    await generator.stop();
  }
}

async function measureServers(
  subjects: readonly Subject[],
  cases: typeof CASES,
  { site, ...bench }: { site: Site; generator: Generator; profile: LoadProfile; log: typeof log },
): Promise<Pick<Result, 'servers' | 'reviews'>> {
  const running = new Map<SubjectId, Server>();
  try {
    for (const subject of subjects) running.set(subject.id, await startSubject(subject, site));
    const reviews = await measureReviews(cases, { servers: running, ...bench });
    const servers = [...running.values()].map(({ id, pid, startSeconds, startMiB }) => ({
      id,
      startSeconds,
      startMiB,
      endMiB: rounded(residentMiB(pid)),
    }));
    return { servers, reviews };
  } finally {
    for (const server of running.values()) await server.stop();
  }
}

async function subjectsFor(site: Site, missing: Missing[]): Promise<readonly Subject[]> {
  const peers = await findPeers(site);
  for (const peer of peers) if ('why' in peer) missing.push(peer);
  const ids = ['zonewise-small', 'zonewise-big'] as const;
  return [
    echo('echo', site),
    echo('logging-echo', site),
    ...(await Promise.all(ids.map(id => zonewise(id, sourceOf(site, id), site)))),
    ...peers.flatMap(peer => ('subject' in peer ? [peer.subject] : [])),
  ];
}

function sourceOf(site: Site, id: SubjectId) {
  const name = id === 'zonewise-small' ? 'small' : 'big';
  return { source: ['--topology', topologyFile(site, name)] as const, cluster: TOPOLOGIES[name] };
}

async function measureCurves(args: readonly string[], { core }: Site): Promise<Result['curves']> {
  const path = fileURLToPath(new URL('./curves.ts', import.meta.url));
  const [program = '', ...rest] = pinned(core, [process.execPath, '--expose-gc', path, ...args]);
  const { stdout } = await promisify(execFile)(program, rest, { maxBuffer: 2 ** 24 });
  return JSON.parse(stdout);
}

function topologyFile({ folder }: Site, name: string): string {
  return join(folder, `${name}.json`);
}

function log(line: string): void {
  process.stderr.write(`bench: ${line}\n`);
}
