import type { Result } from '../result.ts';
import { count, times } from './format.ts';
import { goalTable } from './goals.ts';
import { endToEndTable, growthTable, reviewTable, serverTable, winners } from './tables.ts';

/** `docs/benchmarks.md`. */
export function renderPage(result: Result): string {
  const parts = [
    '<!-- Written by npm run bench from docs/benchmarks.json; node bench/render.ts writes it anew. Do not edit. -->',
    '# Benchmarks',
    intro(result),
    missing(result),
    '![Requests a core, cost of a judgement, and what an API request gains in time](benchmarks.svg)',
    '## Goals',
    goalTable(result),
    '## The same static check by others',
    peers(result),
    reviewTable(result, id => id.startsWith('static-')),
    `Best first, over a CREATE, zonewise with the small topology:\n\n${winners(result)}`,
    '## Reviews',
    reviews(result),
    reviewTable(result, id => !id.startsWith('static-')),
    '## What a judgement costs as the cluster grows',
    `The judgement alone, in one process, without HTTP, JSON and log: an UPDATE that sets internalTrafficPolicy Local, one
finding. Medians in microseconds. Where a slice or a node has changed since the last review, what was derived from it has to be derived again.`,
    growthTable(result),
    '## Start and memory',
    'Until the first review is answered; zonewise reads its topology from a file here and runs its warm-up before.',
    serverTable(result),
    '## Through a real API server',
    endToEnd(result),
    '## How it is measured',
    method(result),
  ];
  return `${parts.filter(part => part !== '').join('\n\n')}\n`;
}

function intro(result: Result): string {
  const { date, quick, machine, versions, noise } = result;
  const { processor, cores, memoryGiB, system } = machine;
  const pinned = machine.pinned
    ? 'The server is pinned to one core, what asks it to another.'
    : '**Nothing could be pinned to a core on this machine.**';
  const rough = quick ? '**A quick run: its figures are rough.** ' : '';
  return `${rough}One run, one machine, ${date}: ${processor}, ${cores} cores, ${memoryGiB} GiB, ${system}. ${pinned} Every figure is to be read
against a bare Fastify HTTPS echo measured within the same seconds. Noise of this run, as the echo measured against itself:
throughput ${times(noise.perSecond)}, CPU ${times(noise.serverMicros)}, p99 ${times(noise.p99Millis)}.
${quiet(result)}

zonewise ${versions.zonewise}, Node ${versions.node}, Fastify ${versions.fastify}, Pepr ${versions.pepr}, controller-runtime ${versions.controllerRuntime} with ${versions.go ?? 'no Go'},
Kubernetes ${versions.kubernetes}.`;
}

/** Asked for all it can do, a server that does not use its whole core has had to share it. */
function quiet({ reviews, settings }: Result): string {
  const busy = reviews.flatMap(({ saturated }) => [
    saturated.subject.serverBusy.median,
    saturated.echo.serverBusy.median,
  ]);
  const least = Math.min(...busy);
  const said = `At ${settings.connections} connections every server had at least ${(least * 100).toFixed(0)} % of its core`;
  return least > 0.9
    ? `${said}: the machine was quiet.`
    : `${said}: **the machine was not quiet**, trust CPU more than throughput.`;
}

function missing({ missing }: Result): string {
  return missing.map(({ what, why }) => `> **NOT MEASURED: ${what}.** ${why.split('\n').join(' ')}`).join('\n>\n');
}

function peers({ topologies: { small, big }, versions }: Result): string {
  return `One warning where internalTrafficPolicy Local leaves trafficDistribution without effect. The peers make this check and no
other; zonewise runs all its rules against a topology of ${count(small.nodes)} or ${count(big.nodes)} nodes. The Go webhook is what kubebuilder scaffolds (typed
validator, \`GOMAXPROCS=1\`, HTTP/1.1, no log line a review); Pepr is its admission controller with one Validate action, its
log at its default (some lines a review), \`NODE_ENV=production\`, and a stand-in for the store that it wants from an API server.
Pepr ${versions.pepr} is the newest of its current line; what the registry calls 20.0.0 depends on libraries of early 2024.`;
}

function reviews({ topologies: { small, big } }: Result): string {
  const said = ({ nodes, zones, services, endpoints }: Result['topologies']['small']) =>
    [nodes, zones, services, endpoints].map(count).join(', ');
  return `Nodes, zones, Services and endpoints of the small topology: ${said(small)}; of the big one: ${said(big)}. The
Service has 15 endpoints where nothing else is said; a warning or more is always of the change's own doing. Every review is
of an object that was never seen (no two bodies are alike), but for those *as before*: there all but the review's uid is as in
the review before, as when Flux looks for drift by dry runs, and zonewise answers as before once it
has seen that neither nodes nor slices nor settings have changed. Peers keep nothing in mind, and take both alike. There are no
Pods to ask for here: a CREATE in a live cluster, and an UPDATE whose finding the Pods may refute, is judged anew each time.`;
}

function endToEnd({ endToEnd }: Result): string {
  if (endToEnd === null) return '**Not measured**, see above.';
  return `kube-apiserver, etcd and the EndpointSlice controller on the same machine, nothing pinned. One client on one connection asks
for dry runs of one Service, each way in turn, ${count(endToEnd.requests)} times. On a CREATE zonewise lists the Pods that the Service
selects, within its limits for that, so that it can speak of endpoints to come.

${endToEndTable({ endToEnd } as Result)}`;
}

function method({ settings, commands, reviews }: Result): string {
  const share = Math.max(
    ...reviews.flatMap(({ saturated: { subject, echo } }) => [subject.generatorBusy.median, echo.generatorBusy.median]),
  ).toFixed(2);
  const { rounds, saturatedMillis, singleMillis, connections } = settings;
  return `- The echo takes an AdmissionReview and answers \`{uid, allowed: true}\`: Fastify with zonewise's own settings for HTTP and TLS, no
  log, a process of its own. zonewise is the built \`zonewise serve\` with its log in a file.
- ${rounds} rounds over all reviews; in each the echo and every server in turn (A B, then B A): ${saturatedMillis} ms at ${connections} connections for throughput
  and CPU, ${singleMillis} ms at one connection for latency. Closed loop: a connection asks again when it has its answer, so p99 at
  ${connections} connections holds the queue. Medians of the rounds; in brackets the least and the most.
- CPU a request is what /proc says the server's process used, all its threads, which another process on the machine does
  not change. The generator is a process of its own that writes prepared bytes with a number of its own in each, and used at most ${share} of a core
  while it asked one. Each answer's status and length are checked.
- Requests carry what the API server sends: managedFields, the last-applied annotation, and the old object on an UPDATE.

\`\`\`sh
${commands.join('\n')}
\`\`\``;
}
