import { MAX_TRAFFIC_BYTES, parseTraffic } from '../../cluster/traffic/traffic-file.ts';
import type { MeasuredTraffic } from '../../model/measured-traffic.ts';
import type { Service } from '../../model/service.ts';
import type { Topology } from '../../model/topology.ts';
import { InputError } from '../../runtime/errors.ts';
import { readTextFile } from '../../runtime/text-file.ts';
import type { Terminal } from '../command.ts';
import { parsePrometheus } from './prometheus-flags.ts';
import type { TrafficFlags } from './traffic-flags.ts';

export interface TrafficContext {
  readonly terminal: Terminal;
  readonly topology: Topology;
  /** Those that are explained or advised on. */
  readonly services: readonly Service[];
}

/** The measured traffic that the flags name; `null` without them. Throws InputError if it cannot be used. */
export async function loadTraffic(values: TrafficFlags, { terminal }: TrafficContext): Promise<MeasuredTraffic | null> {
  const prometheus = parsePrometheus(values);
  if (prometheus !== null) {
    if (values.traffic !== undefined) throw new InputError('--prometheus and --traffic exclude each other');
    const { readPrometheusTraffic } = await import('../../cluster/traffic/prometheus-traffic.ts');
    return readPrometheusTraffic(prometheus.server, prometheus.query, prometheus);
  }
  if (values.traffic === undefined) return null;
  const file = values.traffic;
  const text = file === '-' ? await terminal.stdin() : readTextFile(file, READ);
  return parseTraffic(text, file);
}

const READ = { expected: 'a CSV or JSON file, or - for standard input', maxBytes: MAX_TRAFFIC_BYTES };
