import { noiseOf } from '../measure.ts';
import type { Result } from '../result.ts';
import { count, number } from './format.ts';
import { goalTable } from './goals.ts';
import { curveTable, deoptimisationTable, endToEndTable, limitTable, memoryTable, reviewTable } from './tables.ts';

/** `docs/benchmarks.md`. */
export function renderPage(result: Result): string {
  const { reviews, deoptimisations, curves, limits, audit, advise, endToEnd, servers, churn } = result;
  const parts = [
    '<!-- Written by npm run bench from docs/benchmarks.json; node bench/render.ts writes it again. Do not edit. -->',
    '# Benchmarks',
    intro(result),
    missing(result),
    '![CPU against a bare echo, cost of the first evaluation, and time added to an API request](benchmarks.svg)',
    '## Goals',
    'E is the echo that logs and counts. Ratios are requests per second of CPU, the worst of the cases and connections named.',
    goalTable(result),
    ...section('Reviews', reviews.length > 0, [
      reviewsIntro(result),
      '### Many Services in turn',
      `Names, labels, ports and target ports differ from review to review: none was seen before.`,
      reviewTable(result, id => id.startsWith('services-') && !id.includes('static')),
      '### Another target port each time',
      reviewTable(result, id => id.startsWith('ports-') && !id.includes('static')),
      '### Same spec, new UID',
      'The review that a controller or a GitOps tool sends again and again.',
      reviewTable(result, id => id.startsWith('uid-')),
      '### 90 % same spec, 10 % new; identical but for the review’s UID',
      `Nine of ten reviews repeat the specs of a hundred Services, one is of a Service never seen. The last rows repeat one body: a
dry run without a change.`,
      reviewTable(result, id => id.startsWith('mix-') || id.startsWith('repeat-')),
      '## The same static check by others',
      peers(result),
      reviewTable(result, id => id.includes('static')),
    ]),
    ...section('Deoptimisations', deoptimisations.length > 0, [
      `Code that V8 compiled and discarded, at 16 connections after a warm-up, on servers that trace it. A loop is a function above five
a second in both windows of its case; it fails the run.`,
      deoptimisationTable(result),
    ]),
    ...section('Cost of the first evaluation', curves.length > 0, [
      `In one process, without HTTP, JSON and log, as medians of three passes: processor time of the first evaluation of a Service, of
the same review again, and the heap that the caches keep of it. Numbered ports are new in a CREATE; named ones are in the slices.
With new nodes the first evaluation also derives the data that all Services share.`,
      curveTable(result),
    ]),
    ...section('Near the limits', limits.length > 0, [
      `A CREATE of a Service with many target ports, five times with different ones, over HTTPS on a server with the chart's heap of
${result.settings.heapMiB} MiB.`,
      limitTable(result),
    ]),
    ...section('Audit', audit !== null, [
      `\`audit -o json\` of the big cluster with \`externalTrafficPolicy\` and \`internalTrafficPolicy\` Local on every Service:
${commandFigures(audit)}.`,
    ]),
    ...section('Advice', advise !== null, [
      `\`advise --all -o json\` of the big cluster, each Service with its Deployment, on one core: ${commandFigures(advise)}.`,
    ]),
    ...section('Start and memory', servers.length + churn.length > 0, [
      `The start lasts until the first review is answered. Servers with a file topology then serve all rounds above; those with a live
topology serve new reviews while a hundred endpoints change a second.`,
      memoryTable(result),
    ]),
    ...section('Through a real API server', endToEnd !== null, [
      `kube-apiserver, etcd and the EndpointSlice controller on the same machine, nothing pinned. One client on one connection sends
dry runs of one Service, each way in turn, ${count(endToEnd?.requests ?? 0)} times. On a CREATE zonewise lists the Pods that the Service selects.`,
      endToEndTable(result),
    ]),
    '## Method',
    method(result),
  ];
  return `${parts.filter(part => part !== '').join('\n\n')}\n`;
}

function section(title: string, isMeasured: boolean, parts: readonly string[]): readonly string[] {
  return [`## ${title}`, ...(isMeasured ? parts : ['**Not measured** in this run.'])];
}

function commandFigures(run: Result['audit']): string {
  if (run === null) return '';
  const { seconds, peakMiB, outputMiB, exitCode } = run;
  return `${number(seconds)} s, at most ${number(peakMiB)} MiB, ${number(outputMiB)} MiB of output, exit code ${exitCode}`;
}

function intro(result: Result): string {
  const { date, quick, machine, versions } = result;
  const { processor, cores, memoryGiB, system } = machine;
  const pinned = machine.pinned
    ? 'The server is pinned to one core, the generator to another.'
    : '**Nothing could be pinned to a core on this machine.**';
  const rough = quick ? '**A quick run: its figures are rough.** ' : '';
  const noise = noiseOf(result);
  const share = (value: number) => `${(value * 100).toFixed(0)} %`;
  return `${rough}One run, one machine, ${date}: ${processor}, ${cores} cores, ${memoryGiB} GiB, ${system}. ${pinned}
Compare a figure only with those of the echoes, which were measured within the same seconds. The bare echo's own rounds exceeded
their median by at most ${share(noise.serverMicros)} in CPU, ${share(noise.perSecond)} in throughput and ${share(noise.p99Ms)} in p99.
${quiet(result)}

zonewise ${versions.zonewise}, Node ${versions.node}, Fastify ${versions.fastify}, Pepr ${versions.pepr}, controller-runtime ${versions.controllerRuntime} with ${versions.go ?? 'no Go'},
Kubernetes ${versions.kubernetes}.`;
}

/** A saturated server that does not use its whole core had to share it. */
function quiet({ reviews }: Result): string {
  const busy = reviews.flatMap(({ levels }) =>
    levels.filter(({ connections }) => connections >= 16).map(({ figures }) => figures.serverBusy.median),
  );
  if (busy.length === 0) return '';
  const least = Math.min(...busy);
  const text = `From 16 connections on every server had at least ${(least * 100).toFixed(0)} % of its core`;
  return least > 0.9
    ? `${text}: the machine was quiet.`
    : `${text}: **the machine was not quiet**, trust CPU more than throughput and p99.`;
}

function missing({ missing }: Result): string {
  return missing.map(({ what, why }) => `> **NOT MEASURED: ${what}.** ${why.split('\n').join(' ')}`).join('\n>\n');
}

function peers({ topologies: { small, big }, versions }: Result): string {
  return `One warning if internalTrafficPolicy Local leaves trafficDistribution without effect. The peers make this check and no
other; zonewise runs all its rules in a cluster of ${count(small.nodes)} or ${count(big.nodes)} nodes. The Go webhook is what kubebuilder scaffolds (typed
validator, \`GOMAXPROCS=1\`, HTTP/1.1, no log line a review); Pepr is its admission controller with one Validate action, its
default log (some lines a review), \`NODE_ENV=production\`, and a fake of the store that it reads from an API server.
Pepr ${versions.pepr} is the newest of its current line; the 20.0.0 of the registry depends on libraries of early 2024. The CREATE is of
Services that are not in the cluster yet, the UPDATE of a Service on every node.`;
}

function reviewsIntro({ topologies: { small, big } }: Result): string {
  const size = ({ nodes, zones, services, endpoints }: Result['topologies']['small']) =>
    [nodes, zones, services, endpoints].map(count).join(', ');
  return `Nodes, zones, Services and endpoints of the small cluster: ${size(small)}; of the big one: ${size(big)}. The
Services of the cluster take turns in "many Services in turn": on the small one each comes back after a hundred reviews, with other
labels and ports, and its result is still in the cache. A single Service under review has 15 endpoints unless the title says otherwise. A finding is always introduced
by the change. There are no Pods to list here, so no CREATE waits for them.`;
}

function method({ settings, commands, reviews }: Result): string {
  const levels = reviews.flatMap(review => review.levels);
  const share = Math.max(0, ...levels.map(({ figures }) => figures.generatorBusy.median)).toFixed(2);
  const { rounds, sampleMs, heapMiB } = settings;
  return `- The bare echo takes an AdmissionReview and answers \`{uid, allowed: true}\`: Fastify with zonewise's settings for HTTP and TLS, no
  log, a process of its own. E also returns the warning, writes one pino line and counts with prom-client. zonewise is the built
  \`zonewise serve\` with the image's flags, the chart's heap of ${heapMiB} MiB and its log in a file.
- ${rounds} rounds over all reviews; in each every server in turn (A B, then B A) at each number of connections, ${sampleMs} ms. Closed loop: a
  connection sends the next request when it has its answer, so p99 at 16 connections includes the queue. Figures are medians of the
  rounds; brackets hold the least and the most.
- CPU a request is the processor time of all threads of the server from /proc, which other processes do not change. The generator
  writes prepared bodies with fresh numbers in them and used at most ${share} of a core. It checks every status and, in one answer of 16,
  the number of warnings.
- Requests carry what the API server sends: managedFields, the last-applied annotation, and the old object on an UPDATE.
- \`--only PART\` or \`--only CASE\` runs a part of it into \`bench/out/\`.

\`\`\`sh
${commands.join('\n')}
\`\`\``;
}
