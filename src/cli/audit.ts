import { ManifestTopology } from '../cluster/manifests/manifest-topology.ts';
import { snapshotFacts } from '../cluster/snapshot/facts.ts';
import type { StandingView } from '../engine/evaluate-existing.ts';
import { judgeStanding } from '../engine/evaluate-existing.ts';
import { EvaluationCache } from '../engine/evaluation-cache.ts';
import type { CheckResult } from '../report/result.ts';
import { exitCode, failOnFrom, renderFailures } from '../report/result.ts';
import { RULES } from '../rules/index.ts';
import { InputError } from '../runtime/errors.ts';
import type { Terminal, Verb } from './command.ts';
import { withLiveCluster } from './connect/live-cluster.ts';
import { readTopology } from './connect/manifest-files.ts';
import { assumedFacts, CLUSTER_FLAGS, outputFrom, parseFlags, policyFrom, refuseTwoClusters } from './flags/flags.ts';
import type { Progress } from './output/progress.ts';
import { startProgress } from './output/progress.ts';
import { RESULT_OUTPUTS, renderResult } from './output/result-output.ts';

const HELP = `Judge every Service of a cluster as it stands.

  zonewise audit [--topology F... | --live] [flags]

  --topology FILE           the cluster, as kubectl get nodes,services,endpointslices -A -o yaml prints it; repeatable
  --live                    the cluster of the current kubeconfig context (the default without --topology)
  --kubeconfig FILE         another kubeconfig
  --context NAME            another context of it
  -n, --namespace NAME      only the Services of this namespace
  --kubernetes-version 1.N  judge by this version
  --dataplane NAME          auto, kube-proxy, ipvs, cilium or other
  --config FILE             levels, overrides and other settings
  -o, --output FORMAT       text (default), json, sarif or junit; findings of a cluster have no file and line
  --fail-on LEVEL           info, warn, deny or never (default deny)

Exit code: 0 nothing at --fail-on or above, 1 something there, 2 unusable input.

Examples:
  zonewise audit --live -n shop
  zonewise audit --topology cluster.yaml --fail-on warn -o json
`;

async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parseFlags('audit', args, {
    ...CLUSTER_FLAGS,
    'fail-on': { type: 'string', default: 'deny' },
  });
  if (positionals.length > 0) throw new InputError(`audit takes no argument ${JSON.stringify(positionals[0])}`);
  refuseTwoClusters(values);
  const output = outputFrom(values.output, RESULT_OUTPUTS);
  const failOn = failOnFrom(values['fail-on']);
  const policy = policyFrom(values);
  const progress = startProgress(terminal.screen);
  const { namespace } = values;
  const manifests = await readTopology(values.topology ?? [], terminal.stdin);
  const result = values.topology
    ? auditCluster({
        topology: new ManifestTopology(manifests),
        facts: assumedFacts(values, policy, Date.now(), snapshotFacts(manifests)),
        policy,
        namespace,
        progress,
      })
    : await withLiveCluster({ ...values, policy, warn: terminal.err, screen: terminal.screen }, cluster =>
        auditCluster({ ...cluster, policy, namespace, progress }),
      );
  progress.clear();
  terminal.err(renderFailures(result));
  terminal.out(await renderResult(result, { output, failOn, colour: terminal.colour }));
  return exitCode(result.findings, failOn);
}

export interface Audited extends Omit<StandingView, 'rules'> {
  /** Without it all. */
  readonly namespace?: string | undefined;
  readonly progress?: Progress;
}

/** Every Service as it stands: findings are standing ones, hints are those on the slices. */
export function auditCluster({ namespace, progress, ...cluster }: Audited): CheckResult {
  const all = cluster.topology.services();
  const services = namespace === undefined ? all : all.filter(service => service.namespace === namespace);
  const view = { ...cluster, rules: RULES, cache: new EvaluationCache() };
  const evaluations = services.map((service, i) => {
    progress?.show(() => `judging Services: ${i} of ${services.length}`);
    return judgeStanding(service, view);
  });
  return {
    findings: evaluations.flatMap(({ findings }) => findings.map(finding => ({ ...finding, file: null, line: null }))),
    skipped: evaluations.flatMap(({ skipped }) => skipped.filter(({ need }) => need !== 'workloads')),
    failures: evaluations.flatMap(({ failures }) => failures),
    services: services.map(({ namespace, name }) => ({
      object: { kind: 'Service', namespace, name },
      file: null,
      line: null,
    })),
  };
}

export const audit: Verb = { name: 'audit', summary: 'judge every Service of a cluster as it stands', help: HELP, run };
