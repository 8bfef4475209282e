// `npm run bench`: measures, and writes docs/benchmarks.json, .md and .svg and the README's section.
// `npm run bench -- --quick` takes a minute or two and writes into bench/out/ instead.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { CASES } from './cases.ts';
import { startGenerator } from './load.ts';
import { findPinning } from './machine.ts';
import { FULL, measureReviews, QUICK } from './measure.ts';
import { findPeers } from './peers.ts';
import type { Server, SubjectId } from './server.ts';
import { echo, prepareSite, startSubject, zonewise } from './subjects.ts';
import { BIG, SMALL, writeTopology } from './topology.ts';

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
const pace = values.quick ? QUICK : FULL;
const tell = (line: string) => process.stderr.write(`bench: ${line}\n`);
const folder = mkdtempSync(join(tmpdir(), 'zonewise-bench-'));
const site = prepareSite(folder);
writeTopology(join(folder, 'small.json'), SMALL);
writeTopology(join(folder, 'big.json'), BIG);
const servers = new Map<SubjectId, Server>();
servers.set('echo', await startSubject(echo(site), site));
for (const n of ['small', 'big'] as const)
  servers.set(
    `zonewise-${n}`,
    await startSubject(await zonewise(`zonewise-${n}`, join(folder, `${n}.json`), site), site),
  );
for (const p of await findPeers(site))
  if ('subject' in p) servers.set(p.subject.id, await startSubject(p.subject, site));
  else tell(`${p.what}: ${p.why}`);
for (const s of servers.values()) tell(`${s.id} ${s.startSeconds} s ${s.startMiB} MiB`);
const generator = startGenerator(findPinning()?.generator);
try {
  const reviews = await measureReviews(CASES, { servers, generator, pace, tell });
  for (const r of reviews)
    for (const w of ['saturated', 'single'] as const) {
      const c = r[w];
      console.log(
        w.padEnd(10),
        r.case.padEnd(18),
        r.subject.padEnd(20),
        r.warnings,
        'rps',
        c.subject.perSecond.median,
        'x',
        c.ratio.perSecond.median,
        `${c.ratio.perSecond.min}-${c.ratio.perSecond.max}`,
        'cpu',
        c.subject.serverMicros.median,
        'x',
        c.ratio.serverMicros.median,
        'p50',
        c.subject.p50Millis.median,
        'p99',
        c.subject.p99Millis.median,
        'echo p99',
        c.echo.p99Millis.median,
        'busy',
        c.subject.serverBusy.median,
        c.subject.generatorBusy.median,
      );
    }
  mkdirSync('bench/out', { recursive: true });
  writeFileSync('bench/out/reviews.json', JSON.stringify(reviews, null, 1));
} finally {
  for (const s of servers.values()) await s.stop();
  await generator.stop();
  rmSync(folder, { recursive: true });
}
