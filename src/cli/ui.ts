import { watchConfig } from '../config/config-source.ts';
import type { Policy } from '../engine/policy.ts';
import { printable } from '../report/printable.ts';
import { systemClock } from '../runtime/clock.ts';
import { errorMessage } from '../runtime/errors.ts';
import { stopSignal } from '../runtime/stop-signals.ts';
import type { PageSource } from '../ui/api.ts';
import type { Assets } from '../ui/server/assets.ts';
import type { Command, Terminal } from './command.ts';
import { withLiveCluster } from './connect/live-cluster.ts';
import { readTopology } from './connect/manifest-files.ts';
import { watchManifests } from './connect/watched-manifests.ts';
import {
  assumedFacts,
  CLUSTER_FLAGS,
  described,
  type FlagValues,
  parseFlagsOnly,
  rejectConflictingClusters,
  statedDataPlanesOf,
} from './flags/flags.ts';
import { flagHelp } from './flags/help.ts';
import { parsePort } from './flags/ports.ts';
import { parseVersionFlag } from './flags/version-flag.ts';
import { readSample, SAMPLE_CLUSTER } from './sample.ts';
import { builtPage } from './serve/built-page.ts';
import { type ServeUiOptions, serveUi } from './serve/page.ts';

const FLAGS = {
  ...described(CLUSTER_FLAGS, {
    topology: `${CLUSTER_FLAGS.topology.description}, read again when it changes`,
    live: 'the cluster of the current kubeconfig context, watched for changes',
    kubeconfig: 'with --live: another kubeconfig',
    context: 'with --live: another context of it',
  }),
  port: { value: 'port', description: 'port on localhost, 0 for any (default: the first free one of 8090 to 8099)' },
} as const;

const HELP = `Show a cluster's Services in a browser: findings, where traffic goes, and the effect of other settings.

  zonewise ui [--topology F... | --live] [--port 8090] [flags]

${flagHelp(FLAGS)}

Without --topology and --live it shows a bundled sample cluster. It serves this machine only, never writes, and ends at
Ctrl-C.

Examples:
  zonewise ui
  zonewise ui --topology cluster.yaml
  zonewise ui --live --kubeconfig ~/.kube/config
`;

const DEFAULT_PORTS = Array.from({ length: 10 }, (_, index) => 8090 + index);

export interface UiOptions {
  /** The built page. Throws InputError if there is none. */
  readonly page: () => Assets;
  /** Aborted to end the page. */
  readonly stopping: () => AbortSignal;
}

export function uiCommand(options: UiOptions): Command {
  const run: Command['run'] = (args, terminal) => runUi(args, terminal, options);
  return { name: 'ui', summary: 'show a cluster in a browser', help: HELP, flags: FLAGS, run };
}

async function runUi(args: readonly string[], terminal: Terminal, options: UiOptions): Promise<number> {
  const values = parseFlagsOnly('ui', args, FLAGS);
  rejectConflictingClusters(values, true);
  const ports = values.port === undefined ? DEFAULT_PORTS : [parsePort('port', values.port)];
  const page = { assets: options.page(), ports, stopping: options.stopping() };
  const config = watchConfig(values.config, event => {
    if (event.kind === 'refused') terminal.err(`zonewise: ${printable(event.error.message)}\n`);
  });
  const policy = () => config.current().policy;
  const screen: Screen = { terminal, show: shown => serveUi({ ...shown, ...page, policy }, terminal) };
  try {
    if (values.live) await showLive(values, policy, screen);
    else await showFiles(values, policy, screen);
  } finally {
    config.stop();
  }
  return 0;
}

interface Screen {
  readonly terminal: Terminal;
  readonly show: (shown: Pick<ServeUiOptions, 'cluster' | 'source' | 'findWorkloads'>) => Promise<void>;
}

async function showLive(
  flags: FlagValues<typeof FLAGS>,
  policy: () => Policy,
  { terminal, show }: Screen,
): Promise<void> {
  const version = parseVersionFlag(flags['kubernetes-version']);
  const from = { ...flags, policy: policy(), warn: terminal.err, screen: terminal.screen };
  const { WorkloadLookup } = await import('../cluster/live/workload-lookup.ts');
  await withLiveCluster(from, (_, live) => {
    const facts = () => (version ? { ...live.facts(), version } : live.facts());
    const { topology, whenReady, address } = live;
    const lookup = new WorkloadLookup(path => live.list(path), systemClock());
    const findWorkloads = (namespace: string) => lookup.find(namespace);
    return show({ cluster: { topology, whenReady, facts }, source: { kind: 'live', name: address }, findWorkloads });
  });
}

async function showFiles(
  flags: FlagValues<typeof FLAGS>,
  policy: () => Policy,
  { terminal, show }: Screen,
): Promise<void> {
  const paths = flags.topology ?? [];
  const given = paths.includes('-') ? terminal.stdin() : null;
  const files = await watchManifests({
    paths,
    read: async () =>
      flags.topology ? readTopology(paths, async () => (await given) ?? '') : readSample(SAMPLE_CLUSTER),
    onProblem: error =>
      terminal.err(`zonewise: ${printable(errorMessage(error))}; the page shows what was there before\n`),
  });
  const dataPlanes = statedDataPlanesOf(flags);
  const facts = () => {
    const known = files.facts();
    const assumed = assumedFacts(flags, policy(), Date.now(), known);
    return { ...assumed, dataPlanes: dataPlanes(policy(), known.dataPlanes) };
  };
  const source: PageSource = flags.topology
    ? { kind: 'files', name: paths.map(path => (path === '-' ? 'standard input' : path)).join(', ') }
    : { kind: 'sample', name: SAMPLE_CLUSTER };
  try {
    await show({ cluster: { topology: files.topology, whenReady: Promise.resolve(), facts }, source });
  } finally {
    files.stop();
  }
}

export const ui = uiCommand({ page: builtPage, stopping: stopSignal });
