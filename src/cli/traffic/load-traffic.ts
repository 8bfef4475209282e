import { serverAddress } from '../../cluster/traffic/prometheus-server.ts';
import type { MeasuredTraffic } from '../../model/measured-traffic.ts';
import type { Service } from '../../model/service.ts';
import type { Topology } from '../../model/topology.ts';
import { readTextFile } from '../../runtime/text-file.ts';
import type { Terminal } from '../command.ts';
import { startProgress } from '../output/progress.ts';
import { type PrometheusRequest, parsePrometheus } from './prometheus-flags.ts';
import type { TrafficFlags } from './traffic-flags.ts';
import { rejectCountedTwice, withinCluster } from './within-cluster.ts';

export interface TrafficContext {
  readonly terminal: Terminal;
  readonly topology: Topology;
  /** Those that are explained or advised on. */
  readonly services: readonly Service[];
}

/**
 * The measured traffic that the flags name, without what the cluster does not have; `null` without these flags. Throws InputError
 * if it cannot be used.
 */
export async function loadTraffic(values: TrafficFlags, context: TrafficContext): Promise<MeasuredTraffic | null> {
  const traffic = await readTraffic(values, context);
  return traffic && withinCluster(traffic, context.topology);
}

async function readTraffic(values: TrafficFlags, context: TrafficContext): Promise<MeasuredTraffic | null> {
  const prometheus = parsePrometheus(values);
  if (prometheus !== null) {
    return askPrometheus(prometheus, context.terminal);
  }
  return values.traffic === undefined ? null : readTrafficFile(values.traffic, context);
}

const EXPECTED = 'a CSV or JSON file, or - for standard input';

async function readTrafficFile(file: string, { terminal, topology }: TrafficContext): Promise<MeasuredTraffic> {
  const { MAX_TRAFFIC_BYTES: maxBytes, parseTraffic } = await import('../../cluster/traffic/traffic-file.ts');
  const text = file === '-' ? await terminal.stdin(maxBytes) : readTextFile(file, { expected: EXPECTED, maxBytes });
  const traffic = parseTraffic(text, file);
  rejectCountedTwice(traffic, topology);
  return traffic;
}

const REDRAW_INTERVAL_MS = 200;

async function askPrometheus(
  { server, query, timeoutMs }: PrometheusRequest,
  terminal: Terminal,
): Promise<MeasuredTraffic> {
  const { readPrometheusTraffic } = await import('../../cluster/traffic/prometheus-traffic.ts');
  const progress = startProgress(terminal.screen);
  const drawing = setInterval(
    () => progress.show(() => `asking Prometheus at ${serverAddress(server)}`),
    REDRAW_INTERVAL_MS,
  );
  try {
    return await readPrometheusTraffic(server, query, { timeoutMs });
  } finally {
    clearInterval(drawing);
    progress.clear();
  }
}
