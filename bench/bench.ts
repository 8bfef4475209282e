import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { CASES } from './cases.ts';
import { measureEndToEnd } from './end-to-end.ts';
import { startGenerator } from './load.ts';
import { describeMachine, findPinning, pinned, residentMiB } from './machine.ts';
import type { Pace } from './measure.ts';
import { measureReviews, noiseOf } from './measure.ts';
import { findPeers } from './peers.ts';
import type { Result } from './result.ts';
import type { Server, SubjectId } from './server.ts';
import { rounded } from './statistics.ts';
import type { Site, Subject } from './subjects.ts';
import { echo, prepareSite, startSubject, zonewise } from './subjects.ts';
import { BIG, SMALL, topologyJson } from './topology.ts';
import { findVersions } from './versions.ts';

export interface Order {
  /** Temporary. */
  readonly folder: string;
  readonly pace: Pace;
  readonly quick: boolean;
}

type Missing = Result['missing'][number];

const ENGINE = fileURLToPath(new URL('./engine.ts', import.meta.url));
const TOPOLOGIES = { small: SMALL, big: BIG } as const;

/** All measurements, one after the other. */
export async function runBench({ folder, pace, quick }: Order): Promise<Result> {
  const site = prepareSite(folder);
  for (const [name, size] of Object.entries(TOPOLOGIES)) {
    writeFileSync(topologyFile(site, name), topologyJson(size));
  }
  const missing: Missing[] = [];
  const overHttps = await measureServers(site, pace, missing);
  tell('the judgement alone');
  const engine = await measureEngine(site, quick ? 2 : 7);
  tell('end to end through the API server');
  const found = await measureEndToEnd(quick ? 200 : 1_500, site);
  if ('why' in found) missing.push({ what: 'end to end through the API server', why: found.why });
  return {
    date: new Date().toISOString().slice(0, 10),
    quick,
    commands: ['npm ci', `npm run bench${quick ? ' -- --quick' : ''}`],
    machine: { ...describeMachine(), pinned: findPinning() !== null },
    versions: findVersions(),
    settings: pace,
    missing,
    topologies: TOPOLOGIES,
    noise: noiseOf(overHttps.reviews),
    ...overHttps,
    engine,
    endToEnd: 'why' in found ? null : found.endToEnd,
  };
}

async function measureServers(
  site: Site,
  pace: Pace,
  missing: Missing[],
): Promise<Pick<Result, 'servers' | 'reviews'>> {
  const running = new Map<SubjectId, Server>();
  const generator = startGenerator(findPinning()?.generator);
  try {
    for (const subject of await subjectsFor(site, missing)) running.set(subject.id, await startSubject(subject, site));
    const reviews = await measureReviews(CASES, { servers: running, generator, pace, tell });
    const servers = [...running.values()].map(({ id, pid, startSeconds, startMiB }) => ({
      id,
      startSeconds,
      startMiB,
      endMiB: rounded(residentMiB(pid)),
    }));
    return { servers, reviews };
  } finally {
    await generator.stop();
    for (const server of running.values()) await server.stop();
  }
}

async function subjectsFor(site: Site, missing: Missing[]): Promise<readonly Subject[]> {
  const peers = await findPeers(site);
  for (const peer of peers) if ('why' in peer) missing.push(peer);
  return [
    echo(site),
    await zonewise('zonewise-small', topologyFile(site, 'small'), site),
    await zonewise('zonewise-big', topologyFile(site, 'big'), site),
    ...peers.flatMap(peer => ('subject' in peer ? [peer.subject] : [])),
  ];
}

async function measureEngine(site: Site, rounds: number): Promise<Result['engine']> {
  const files = Object.keys(TOPOLOGIES).map(name => topologyFile(site, name));
  const args = [process.execPath, ENGINE, String(rounds), '80', ...files];
  const [program = '', ...rest] = pinned(findPinning()?.server, args);
  const { stdout } = await promisify(execFile)(program, rest);
  return JSON.parse(stdout);
}

function topologyFile({ folder }: Site, name: string): string {
  return join(folder, `${name}.json`);
}

function tell(line: string): void {
  process.stderr.write(`bench: ${line}\n`);
}
