import type { Of } from './shape.ts';

const SPREAD = { median: 'number', min: 'number', max: 'number' } as const;

const FIGURES = {
  perSecond: SPREAD,
  p50Millis: SPREAD,
  p99Millis: SPREAD,
  serverMicros: SPREAD,
  serverBusy: SPREAD,
  generatorBusy: SPREAD,
} as const;

const COMPARED = {
  subject: FIGURES,
  echo: FIGURES,
  /** Subject through echo, of each round. */
  ratio: { perSecond: SPREAD, serverMicros: SPREAD, p50Millis: SPREAD, p99Millis: SPREAD },
} as const;

const CLUSTER = { nodes: 'number', zones: 'number', services: 'number', endpoints: 'number' } as const;

/** What a run writes down: `docs/benchmarks.json`, from which all else is drawn. */
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
  settings: {
    warmUpMillis: 'number',
    rounds: 'number',
    saturatedMillis: 'number',
    singleMillis: 'number',
    connections: 'number',
  },
  /** What could not be measured on that machine. */
  missing: ['list', { what: 'string', why: 'string' }],
  topologies: { small: CLUSTER, big: CLUSTER },
  /** The echo compared with itself, 1 being no difference. */
  noise: { perSecond: SPREAD, serverMicros: SPREAD, p99Millis: SPREAD },
  servers: ['list', { id: 'string', startSeconds: 'number', startMiB: 'number', endMiB: 'number' }],
  reviews: [
    'list',
    {
      case: 'string',
      title: 'string',
      subject: 'string',
      bodyBytes: 'number',
      warnings: 'number',
      /** Many connections: throughput. */
      saturated: COMPARED,
      /** One connection: latency. */
      single: COMPARED,
    },
  ],
  /** The judgement alone, without HTTP. */
  engine: ['list', { nodes: 'number', endpoints: 'number', changed: 'string', micros: SPREAD }],
  /** Through the real API server; `null` where it could not be had. */
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
          p50Millis: SPREAD,
          p99Millis: SPREAD,
          addedMillis: SPREAD,
        },
      ],
    },
  ],
} as const;

export type Result = Of<typeof RESULT>;
export type Figures = Of<typeof FIGURES>;
export type Compared = Of<typeof COMPARED>;
export type ReviewResult = Result['reviews'][number];
