import { exitCode, renderErrors, renderFailures } from '../report/result.ts';
import { InputError } from '../runtime/errors.ts';
import { auditCluster } from './audit/audit-cluster.ts';
import { SORT_KEYS } from './audit/sort.ts';
import type { Command, Terminal } from './command.ts';
import { withCluster } from './connect/live-cluster.ts';
import { withWorkloads } from './connect/live-workloads.ts';
import { clusterWords } from './flags/cluster-words.ts';
import { CLUSTER_FLAGS, described, loadPolicy, parseFlags, rejectConflictingClusters } from './flags/flags.ts';
import { flagHelp } from './flags/help.ts';
import { startProgress } from './output/progress.ts';
import { printResult, RESULT_FLAGS, rejectAdviceIn } from './output/result-output.ts';
import { parseSelection, SELECTION_FLAGS, selectServices } from './selection/service-selection.ts';

const FLAGS = {
  ...described(SELECTION_FLAGS, {
    namespace: 'Services of this namespace only; with names the namespace of those without one',
  }),
  ...CLUSTER_FLAGS,
  advise: { description: 'also advise on the settings of each Service, as zonewise advise does; in text and json' },
  'sort-by': {
    value: SORT_KEYS,
    placeholder: 'KEY',
    default: 'severity',
    description:
      'order of the findings; lost is the number of nodes that lose traffic, which also decides among equals',
  },
  ...described(RESULT_FLAGS, { output: 'output format (findings of a cluster have no file and line)' }),
} as const;

const HELP = `Evaluate the existing Services of a cluster.

  zonewise audit [NAMESPACE/NAME... | svc/NAME...] [-n NAMESPACE | -A] [--topology F... | --live] [flags]

${flagHelp(FLAGS)}

Exit code: 0 nothing at --fail-on or above, 1 something there, 2 unusable input (the rest is evaluated).

Examples:
  zonewise audit --live -A
  zonewise audit -n shop -l tier!=cache
  zonewise audit svc/web -n shop
  zonewise audit --topology cluster.yaml --sort-by lost --fail-on warn -o json
`;

async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals: names } = parseFlags('audit', args, FLAGS);
  const selection = parseSelection(names, values);
  rejectConflictingClusters(values);
  rejectAdviceIn(values);
  const policy = loadPolicy(values);
  const progress = startProgress(terminal.screen);
  const { output, 'fail-on': failOn, 'sort-by': sortBy } = values;
  const result = await withCluster(values, policy, terminal, async (loaded, live) => {
    const { errors, ...cluster } = values.advise ? await withWorkloads(loaded, live, terminal) : loaded;
    terminal.err(renderErrors(errors));
    const services = selectServices(selection, cluster);
    // An audit of nothing would look like a success.
    if (services.length === 0) throw new InputError('no Service to audit in this cluster');
    return auditCluster({ ...cluster, policy, services, sortBy, errors, progress, advises: values.advise === true });
  });
  progress.clear();
  terminal.err(renderFailures(result));
  const printing = { output, failOn, colour: terminal.colour, policy, clusterFlags: clusterWords(values) };
  await printResult(result, printing, terminal.out);
  return exitCode(result, failOn);
}

export const audit: Command = {
  name: 'audit',
  summary: 'evaluate existing Services',
  help: HELP,
  flags: FLAGS,
  run,
};
