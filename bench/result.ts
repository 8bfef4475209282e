import type { Of } from './shape.ts';

const SPREAD = { median: 'number', min: 'number', max: 'number' } as const;

const FIGURES = {
  perSecond: SPREAD,
  p50Ms: SPREAD,
  p99Ms: SPREAD,
  /** Processor time of the server per request. */
  serverMicros: SPREAD,
  serverBusy: SPREAD,
  generatorBusy: SPREAD,
} as const;

/** Against a baseline in the same round. Requests per second, and requests per second of processor time: 1 is as fast. */
const RATIOS = { perSecond: SPREAD, cpu: SPREAD } as const;

const CLUSTER = { nodes: 'number', zones: 'number', services: 'number', endpoints: 'number' } as const;

/** A run of the command-line tool. */
const COMMAND = { exitCode: 'number', seconds: 'number', peakMiB: 'number', outputMiB: 'number' } as const;

/** The content of `docs/benchmarks.json`. The page, the plot and the README's section are generated from it. */
export const RESULT = {
  date: 'string',
  quick: 'boolean',
  commands: ['list', 'string'],
  machine: { processor: 'string', cores: 'number', memoryGiB: 'number', system: 'string', pinned: 'boolean' },
  versions: {
    zonewise: 'string',
    node: 'string',
    fastify: 'string',
    go: ['or null', 'string'],
    controllerRuntime: 'string',
    pepr: 'string',
    kubernetes: 'string',
  },
  settings: { warmUpMs: 'number', rounds: 'number', sampleMs: 'number', heapMiB: 'number' },
  /** Parts that could not be measured. */
  missing: ['list', { what: 'string', why: 'string' }],
  topologies: { small: CLUSTER, big: CLUSTER },
  servers: ['list', { id: 'string', startSeconds: 'number', startMiB: 'number', endMiB: 'number' }],
  reviews: [
    'list',
    {
      case: 'string',
      title: 'string',
      subject: 'string',
      bodyBytes: 'number',
      warnings: 'number',
      levels: [
        'list',
        {
          connections: 'number',
          figures: FIGURES,
          /** Against the bare echo, and against the one that logs and counts. */
          ofEcho: RATIOS,
          ofLoggingEcho: RATIOS,
        },
      ],
    },
  ],
  /** Functions that V8 deoptimised under load after the warm-up, by server and case. */
  deoptimisations: [
    'list',
    { server: 'string', case: 'string', name: 'string', reason: 'string', perSecond: 'number', isLoop: 'boolean' },
  ],
  /** The first evaluation of a Service, and later ones, without HTTP. */
  curves: [
    'list',
    {
      curve: 'string',
      ports: 'number',
      endpoints: 'number',
      nodes: 'number',
      /** Processor time of the process. */
      firstMs: 'number',
      againMicros: 'number',
      keptMiB: 'number',
      isComplete: 'boolean',
    },
  ],
  /** Reviews near the limits, sent to a server with the chart's heap. */
  limits: [
    'list',
    {
      title: 'string',
      bodyKiB: 'number',
      /** 0 if the server ended. */
      status: 'number',
      isComplete: 'boolean',
      worstMs: 'number',
      peakMiB: 'number',
    },
  ],
  audit: ['or null', COMMAND],
  advise: ['or null', COMMAND],
  /** Memory of servers with a live topology that changes under load. */
  churn: [
    'list',
    {
      cluster: 'string',
      startSeconds: 'number',
      startMiB: 'number',
      endMiB: 'number',
      changes: 'number',
      reviews: 'number',
    },
  ],
  /** Through a real API server; `null` if none is available. */
  endToEnd: [
    'or null',
    {
      requests: 'number',
      rows: [
        'list',
        {
          operation: 'string',
          by: 'string',
          warnings: 'number',
          p50Ms: SPREAD,
          p99Ms: SPREAD,
          addedMs: SPREAD,
        },
      ],
    },
  ],
} as const;

export type Result = Of<typeof RESULT>;
export type Figures = Of<typeof FIGURES>;
export type ReviewResult = Result['reviews'][number];
export type LevelResult = ReviewResult['levels'][number];
