// The first evaluation of a Service by its ports, its endpoints and the nodes, and the memory that it leaves in the caches. It
// is a separate process with --expose-gc. Arguments: passes, quick or full. Prints JSON.
import { evaluator, topologyFrom } from './evaluation.ts';
import type { Result } from './result.ts';
import type { ReviewInput } from './reviews.ts';
import { reviewBody } from './reviews.ts';
import { spreadOf } from './statistics.ts';
import { listJson, oneService } from './topology.ts';

type Targets = 'distinct target ports' | 'one target port' | 'named target ports';
type Figures = Pick<Result['curves'][number], 'firstMs' | 'againMicros' | 'keptMiB' | 'isComplete'>;

interface Point {
  readonly curve: string;
  readonly targets: Targets;
  readonly ports: number;
  readonly endpoints: number;
  readonly nodes: number;
  readonly annotationChars?: number;
  /** Data derived from the nodes alone is there in a running server, unless a node has just changed. */
  readonly newNodes?: boolean;
}

const [passes = '', kind = ''] = process.argv.slice(2);
const PORT_COUNTS = kind === 'quick' ? [1, 1_000, 4_000] : [1, 10, 100, 1_000, 4_000, 10_000];
const TARGETS: readonly Targets[] = ['distinct target ports', 'one target port', 'named target ports'];
const one = { targets: 'one target port', ports: 1 } as const;
const POINTS: readonly Point[] = [
  ...TARGETS.flatMap(targets =>
    [1_000, 5_000].flatMap(endpoints =>
      PORT_COUNTS.map(ports => ({ curve: `ports, ${targets}`, targets, ports, endpoints, nodes: 5_000 })),
    ),
  ),
  ...[15, 100, 1_000, 5_000].map(endpoints => ({ curve: 'endpoints', ...one, endpoints, nodes: 5_000 })),
  ...[100, 2_000, 20_000, 200_000].map(annotationChars => ({
    ...{ curve: `annotation of ${annotationChars.toLocaleString('en')} characters`, ...one, annotationChars },
    ...{ endpoints: 15, nodes: 5_000 },
  })),
  ...[50, 500, 5_000].map(nodes => ({ curve: 'nodes', ...one, endpoints: 15, nodes })),
  ...[50, 500, 5_000].map(nodes => ({ curve: 'nodes, new', ...one, endpoints: 15, nodes, newNodes: true })),
];
const AGAIN_MS = 50;

// The code is compiled during the first pass, so the medians need three.
const measured = new Map<Point, Figures[]>(POINTS.map(point => [point, []]));
for (let pass = 0; pass < Number(passes); pass++) {
  for (const [point, figures] of measured) figures.push(await measure(point));
}
const result: Result['curves'] = [...measured].map(([{ curve, ports, endpoints, nodes }, figures]) => ({
  ...{ curve, ports, endpoints, nodes },
  firstMs: spreadOf(figures.map(({ firstMs }) => firstMs)).median,
  againMicros: spreadOf(figures.map(({ againMicros }) => againMicros)).median,
  keptMiB: spreadOf(figures.map(({ keptMiB }) => keptMiB)).median,
  isComplete: figures.every(({ isComplete }) => isComplete),
}));
process.stdout.write(JSON.stringify(result));

async function measure({
  targets,
  ports,
  endpoints,
  nodes,
  annotationChars,
  newNodes = false,
}: Point): Promise<Figures> {
  const named = Array.from({ length: ports }, (_, i) => ({ name: `p${i}`, port: 10_000 + i }));
  const items = [
    ...oneService({ nodes, endpoints }, { ports: targets === 'named target ports' ? named : undefined }),
    ...oneService({ nodes, endpoints: 15 }, { name: 'other' }).filter(item => !isNode(item)),
  ];
  const evaluate = evaluator(topologyFrom(listJson(items)));
  if (!newNodes) await evaluate(reviewBody({ name: 'other', scenario: 'one', operation: 'CREATE' }))();
  const first = evaluate(reviewBody({ ...inputOf(targets, ports), ...(annotationChars ? { annotationChars } : {}) }));
  const heapBefore = heapMiB();
  const beforeFirst = cpuMs();
  const evaluation = await first();
  const firstMs = cpuMs() - beforeFirst;
  const keptMiB = heapMiB() - heapBefore;
  const beforeAgain = cpuMs();
  let again = 0;
  for (; again < 3 || cpuMs() - beforeAgain < AGAIN_MS; again++) await first();
  const againMicros = ((cpuMs() - beforeAgain) / again) * 1000;
  return {
    firstMs,
    againMicros,
    keptMiB: Math.max(0, keptMiB),
    isComplete: evaluation.incomplete === null && evaluation.findings.length === 1,
  };
}

/** Numbered ports are new in a CREATE; named ones are those of the slices, in an UPDATE. */
function inputOf(targets: Targets, count: number): ReviewInput {
  const targetOf = { 'distinct target ports': (i: number) => 10_000 + i, 'one target port': () => 8080 };
  const ports = Array.from({ length: count }, (_, i) => ({
    name: `p${i}`,
    port: i + 1,
    targetPort: targets === 'named target ports' ? `t${i}` : targetOf[targets](i),
  }));
  const operation = targets === 'named target ports' ? 'UPDATE' : 'CREATE';
  return { name: 'web', scenario: 'one', operation, ports };
}

function isNode(item: object): boolean {
  return (item as { readonly kind: string }).kind === 'Node';
}

function heapMiB(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed / 2 ** 20;
}

/** Processor time of all threads, so that other processes do not count. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
