import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { withPrometheus } from '../../src/cluster/traffic/prometheus-client.ts';
import { type PrometheusServer, prometheusServer } from '../../src/cluster/traffic/prometheus-server.ts';
import type { Assets } from '../e2e/assets.ts';
import { freePorts } from '../e2e/ports.ts';
import { serviceProcess } from '../e2e/service-process.ts';
import { eventually } from '../e2e/waiting.ts';
import { startExporter, type Target } from './exporter.ts';

/** The window of the rates, and how many scrapes it needs. */
export const WINDOW = '5s';
const SCRAPES = 5;

/** Encryption and users, as in the file of `--web.config.file`. */
export interface WebConfig {
  readonly certificate: { readonly cert: string; readonly key: string };
  /** Bcrypt hashes by user. */
  readonly users: Readonly<Record<string, string>>;
}

export interface RunningPrometheus {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

export interface ServerOptions {
  readonly targets: readonly Target[];
  readonly web?: WebConfig;
  /** The user and password with which readiness is asked. */
  readonly user?: string;
}

/** Starts Prometheus, which scrapes the targets every second, and waits until their counters have rates over WINDOW. */
export async function startPrometheus(
  assets: Assets,
  { targets, web, user = '' }: ServerOptions,
): Promise<RunningPrometheus> {
  const folder = await mkdtemp(join(tmpdir(), 'zonewise-prometheus-'));
  const exporter = await startExporter(targets);
  const [port = 0] = await freePorts(1);
  await writeFile(join(folder, 'prometheus.yml'), stringify(scrapeConfig(targets, exporter.address)));
  const webFile = web === undefined ? [] : [`--web.config.file=${await writeWebConfig(folder, web)}`];
  const url = `${web === undefined ? 'http' : 'https'}://127.0.0.1:${port}`;
  const server = prometheusServer({ url: url.replace('//', `//${user}`), ca: web?.certificate.cert });
  const process = serviceProcess({
    name: 'prometheus',
    command: assets.path('prometheus'),
    args: [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--query.max-samples=2500',
      ...webFile,
    ],
    log: join(folder, 'prometheus.log'),
    isReady: () => answers(server, 'vector(1)'),
  });
  const stop = async () => {
    await process.stop();
    exporter.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await process.start();
    const metrics = new Set(targets.flatMap(({ exposed }) => exposed.map(({ metric }) => metric)));
    for (const metric of metrics) await eventually(`scrapes of ${metric}`, () => answers(server, scraped(metric)));
  } catch (cause) {
    await stop();
    throw cause;
  }
  return { url, stop };
}

function scrapeConfig(targets: readonly Target[], address: string) {
  return {
    global: { scrape_interval: '1s', scrape_timeout: '1s' },
    scrape_configs: targets.map(({ name, labels }) => ({
      job_name: name,
      metrics_path: `/${name}`,
      static_configs: [{ targets: [address], labels }],
    })),
  };
}

async function writeWebConfig(folder: string, { certificate, users }: WebConfig): Promise<string> {
  await writeFile(join(folder, 'tls.crt'), certificate.cert);
  await writeFile(join(folder, 'tls.key'), certificate.key);
  const file = join(folder, 'web.yml');
  const tls = { cert_file: 'tls.crt', key_file: 'tls.key' };
  await writeFile(file, stringify({ tls_server_config: tls, basic_auth_users: users }));
  return file;
}

/** A query with a result once every series of the metric has samples for the whole window. */
function scraped(metric: string): string {
  return `count(count_over_time(${metric}[${WINDOW}]) >= ${SCRAPES}) == count(${metric})`;
}

async function answers(server: PrometheusServer, promql: string): Promise<boolean> {
  const { samples } = await withPrometheus(server, { timeoutMs: 5000 }, query => query(promql));
  return samples.length > 0;
}
