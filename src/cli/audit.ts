import { Advisor } from '../engine/advice/advisor.ts';
import { DEFAULT_MAX_LOAD } from '../engine/advice/allowed-load.ts';
import { type ClusterView, evaluateExisting } from '../engine/evaluate-existing.ts';
import { EvaluationCache } from '../engine/evaluation-cache.ts';
import { type CheckResult, exitCode, renderErrors, renderFailures } from '../report/result.ts';
import { RULES } from '../rules/index.ts';
import type { InputError } from '../runtime/errors.ts';
import { refineDataPlanes } from '../topology/data-plane.ts';
import type { Command, Terminal } from './command.ts';
import { withCluster } from './connect/live-cluster.ts';
import { withWorkloads } from './connect/live-workloads.ts';
import { clusterWords } from './flags/cluster-words.ts';
import {
  CLUSTER_FLAGS,
  described,
  loadPolicy,
  NAMESPACE_FLAG,
  parseFlagsOnly,
  rejectConflictingClusters,
} from './flags/flags.ts';
import { flagHelp } from './flags/help.ts';
import { type Progress, startProgress } from './output/progress.ts';
import { printResult, RESULT_FLAGS } from './output/result-output.ts';

const FLAGS = {
  ...CLUSTER_FLAGS,
  namespace: NAMESPACE_FLAG,
  advise: { description: 'also advise on the settings of each Service, as zonewise advise does; in text and json' },
  ...described(RESULT_FLAGS, { output: 'output format (findings of a cluster have no file and line)' }),
} as const;

const HELP = `Evaluate every existing Service of a cluster.

  zonewise audit [--topology F... | --live] [flags]

${flagHelp(FLAGS)}

Exit code: 0 nothing at --fail-on or above, 1 something there, 2 unusable input (the rest is evaluated).

Examples:
  zonewise audit --live -n shop
  zonewise audit --topology cluster.yaml --fail-on warn -o json
`;

async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const values = parseFlagsOnly('audit', args, FLAGS);
  rejectConflictingClusters(values);
  const policy = loadPolicy(values);
  const progress = startProgress(terminal.screen);
  const { namespace, output, 'fail-on': failOn } = values;
  const result = await withCluster(values, policy, terminal, async (loaded, live) => {
    const cluster = values.advise ? await withWorkloads(loaded, live, terminal) : loaded;
    return auditCluster({ ...cluster, policy, namespace, progress, advises: values.advise === true });
  });
  progress.clear();
  terminal.err(renderErrors(result.errors) + renderFailures(result));
  const printing = { output, failOn, colour: terminal.colour, policy, clusterFlags: clusterWords(values) };
  await printResult(result, printing, terminal.out);
  return exitCode(result, failOn);
}

export interface AuditInput extends Omit<ClusterView, 'rules'> {
  /** Parts of --topology that cannot be used. */
  readonly errors?: readonly InputError[];
  /** `undefined`: all namespaces. */
  readonly namespace?: string | undefined;
  readonly progress?: Progress;
  readonly advises?: boolean;
}

/** Evaluates every existing Service, with the hints that are on its slices. */
export function auditCluster({ namespace, progress, errors = [], advises, ...cluster }: AuditInput): CheckResult {
  const all = cluster.topology.services();
  const services = namespace === undefined ? all : all.filter(service => service.namespace === namespace);
  const view = { ...cluster, rules: RULES, cache: new EvaluationCache() };
  const evaluations = services.map((service, i) => {
    progress?.show(() => `evaluating Services: ${i} of ${services.length}`);
    return evaluateExisting(service, view);
  });
  const { topology, facts, policy } = cluster;
  const advisor = advises
    ? new Advisor({ topology, facts, clientNodes: policy.clientNodes, maxLoad: DEFAULT_MAX_LOAD })
    : null;
  return {
    findings: evaluations.flatMap(({ findings }) => findings.map(finding => ({ ...finding, file: null, line: null }))),
    skipped: evaluations.flatMap(({ skipped }) => skipped.filter(({ need }) => need !== 'workloads')),
    failures: evaluations.flatMap(({ failures }) => failures),
    ...(services.length > 0 && { dataPlanes: refineDataPlanes(cluster.topology.nodes(), cluster.facts.dataPlanes) }),
    errors,
    ...(advisor && { advice: services.map(service => advisor.advise(service)) }),
    services: services.map(({ namespace, name }) => ({
      object: { kind: 'Service', namespace, name },
      file: null,
      line: null,
    })),
  };
}

export const audit: Command = {
  name: 'audit',
  summary: 'evaluate all existing Services',
  help: HELP,
  flags: FLAGS,
  run,
};
