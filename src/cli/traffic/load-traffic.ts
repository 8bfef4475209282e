import { serverAddress } from '../../cluster/traffic/prometheus-server.ts';
import type { MeasuredTraffic } from '../../model/measured-traffic.ts';
import type { Topology } from '../../model/topology.ts';
import { readTextFile } from '../../runtime/text-file.ts';
import type { Terminal } from '../command.ts';
import { startProgress } from '../output/progress.ts';
import type { PrometheusRequest } from './prometheus-flags.ts';
import type { TrafficInput } from './traffic-flags.ts';
import { rejectCountedTwice, withinCluster } from './within-cluster.ts';

export interface TrafficContext {
  readonly terminal: Terminal;
  readonly topology: Topology;
}

/**
 * The measured traffic of the input, without what the cluster does not have; `null` without an input. Throws InputError if it
 * cannot be used.
 */
export async function loadTraffic(
  input: TrafficInput | null,
  context: TrafficContext,
): Promise<MeasuredTraffic | null> {
  if (input === null) return null;
  const traffic =
    input.kind === 'file'
      ? await readTrafficFile(input.file, context)
      : await askPrometheus(input.request, context.terminal);
  return withinCluster(traffic, context.topology);
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
