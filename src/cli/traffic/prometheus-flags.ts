import { PRESETS, type PresetName, type TrafficLabels } from '../../cluster/traffic/prometheus-presets.ts';
import { type PrometheusServer, prometheusServer } from '../../cluster/traffic/prometheus-server.ts';
import type { TrafficQuery } from '../../cluster/traffic/prometheus-traffic.ts';
import { InputError } from '../../runtime/errors.ts';
import { readTextFile } from '../../runtime/text-file.ts';
import type { FlagValues } from '../flags/flags.ts';
import { quoted } from '../flags/quoted.ts';

const DEFAULT_WINDOW = '1h';
const DEFAULT_TIMEOUT_SECONDS = 30;
const MAX_FILE_BYTES = 1024 * 1024;

/** Measured traffic from a Prometheus server. */
export const PROMETHEUS_FLAGS = {
  prometheus: {
    value: 'text',
    placeholder: 'URL',
    description: 'measured traffic from the Prometheus server at this URL, the part before /api/v1',
  },
  'prometheus-preset': {
    value: Object.keys(PRESETS) as readonly PresetName[],
    placeholder: 'NAME',
    description: 'the exporter whose metrics are read',
  },
  'prometheus-window': {
    value: 'text',
    placeholder: 'DURATION',
    description: `the time over which a preset takes rates, such as 30m or 1d (default ${DEFAULT_WINDOW})`,
  },
  'prometheus-matchers': {
    value: 'text',
    placeholder: 'MATCHERS',
    description: 'label matchers for every metric of a preset, such as cluster="prod"',
  },
  'prometheus-query': {
    value: 'text',
    placeholder: 'PROMQL',
    description: 'instead of a preset: a query for rates per second, one series for each Service and node or zone',
  },
  'prometheus-labels': {
    value: 'text',
    placeholder: 'NAMES',
    description: 'the labels of that query: service=LABEL,namespace=LABEL,node=LABEL or zone=LABEL',
  },
  'prometheus-unit': { value: ['bytes', 'requests'], description: 'what that query counts per second' },
  'prometheus-token-file': { value: 'file', description: 'file with a bearer token for Prometheus' },
  'prometheus-ca-file': { value: 'file', description: 'PEM file with the CA of the Prometheus server' },
  'prometheus-timeout': {
    value: 'number',
    placeholder: 'SECONDS',
    description: `how long to wait for Prometheus (default ${DEFAULT_TIMEOUT_SECONDS})`,
  },
} as const;

export type PrometheusFlags = Partial<FlagValues<typeof PROMETHEUS_FLAGS>>;

export interface PrometheusRequest {
  readonly server: PrometheusServer;
  readonly query: TrafficQuery;
  readonly timeoutMs: number;
}

/** The server of the flags and the query for it; `null` without them. Throws InputError for flags that do not fit together. */
export function parsePrometheus(values: PrometheusFlags): PrometheusRequest | null {
  const url = values.prometheus;
  if (url === undefined) {
    const [lonely] = Object.keys(PROMETHEUS_FLAGS).filter(name => values[name as keyof PrometheusFlags] !== undefined);
    if (lonely !== undefined) throw new InputError(`--${lonely} goes with --prometheus URL`);
    return null;
  }
  const token = fileText(values['prometheus-token-file'], 'the bearer token');
  const ca = fileText(values['prometheus-ca-file'], 'the CA');
  return {
    server: prometheusServer({ url, token, ca }),
    query: parseTrafficQuery(values),
    timeoutMs: parseTimeout(values['prometheus-timeout']),
  };
}

function fileText(path: string | undefined, what: string): string | undefined {
  return path === undefined ? undefined : readTextFile(path, { what, maxBytes: MAX_FILE_BYTES });
}

function parseTimeout(text = String(DEFAULT_TIMEOUT_SECONDS)): number {
  const seconds = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (seconds >= 1 && seconds <= 600) return seconds * 1000;
  throw new InputError(`--prometheus-timeout ${quoted(text)}: expected seconds from 1 to 600`);
}

function parseTrafficQuery(values: PrometheusFlags): TrafficQuery {
  const { 'prometheus-preset': name, 'prometheus-query': promql } = values;
  if ((name === undefined) === (promql === undefined)) {
    throw new InputError('--prometheus needs either --prometheus-preset NAME or --prometheus-query PROMQL');
  }
  if (promql === undefined) {
    reject(values, ['prometheus-labels', 'prometheus-unit'], '--prometheus-query');
    const range = {
      window: parseWindow(values['prometheus-window']),
      matchers: parseMatchers(values['prometheus-matchers']),
    };
    return { kind: 'preset', name: name as PresetName, range };
  }
  reject(values, ['prometheus-window', 'prometheus-matchers'], '--prometheus-preset');
  const unit = values['prometheus-unit'];
  if (unit === undefined) throw new InputError('--prometheus-query needs --prometheus-unit bytes or requests');
  return { kind: 'free', promql, unit, labels: parseLabels(values['prometheus-labels']) };
}

function reject(values: PrometheusFlags, names: readonly (keyof PrometheusFlags)[], partner: string): void {
  const found = names.find(name => values[name] !== undefined);
  if (found !== undefined) throw new InputError(`--${found} goes with ${partner}`);
}

function parseWindow(text = DEFAULT_WINDOW): string {
  if (/^[1-9]\d{0,4}[smhdw]$/.test(text)) return text;
  throw new InputError(`--prometheus-window ${quoted(text)}: expected a number and s, m, h, d or w, such as 30m or 1d`);
}

/** `name="value"`, `!=`, `=~` or `!~`, separated by commas. */
const MATCHERS = /^[a-z_]\w*(?:=|!=|=~|!~)"(?:[^"\\\n]|\\.)*"(?:,[a-z_]\w*(?:=|!=|=~|!~)"(?:[^"\\\n]|\\.)*")*$/i;

function parseMatchers(text = ''): string {
  if (text === '' || MATCHERS.test(text)) return text;
  throw new InputError(`--prometheus-matchers ${quoted(text)}: expected NAME="VALUE", several separated by commas`);
}

const LABELS_EXPECTED = 'expected service=LABEL,namespace=LABEL and node=LABEL, zone=LABEL or both';

function parseLabels(text: string | undefined): TrafficLabels {
  if (text === undefined) throw new InputError(`--prometheus-query needs --prometheus-labels; ${LABELS_EXPECTED}`);
  const pairs = text.split(',').map(part => /^(service|namespace|node|zone)=([a-z_]\w*)$/i.exec(part));
  const labels = new Map(pairs.map(match => [match?.[1], match?.[2] ?? '']));
  const [service, namespace, node, zone] = ['service', 'namespace', 'node', 'zone'].map(key => labels.get(key));
  const isWhole = !labels.has(undefined) && labels.size === pairs.length && (node !== undefined || zone !== undefined);
  if (!isWhole || service === undefined || namespace === undefined) {
    throw new InputError(`--prometheus-labels ${quoted(text)}: ${LABELS_EXPECTED}`);
  }
  return { service, namespace, ...(node !== undefined && { node }), ...(zone !== undefined && { zone }) };
}
