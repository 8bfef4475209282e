import { type Manifest, type ManifestFile, readManifests } from '../cluster/manifests/manifest.ts';
import { factsOfFiles } from '../cluster/snapshot/facts.ts';
import { exitCode, renderFailures } from '../report/result.ts';
import { InputError } from '../runtime/errors.ts';
import { type CheckInput, checkManifests } from './check/check-manifests.ts';
import type { Command, Terminal } from './command.ts';
import { readKubeContext } from './connect/kube-context.ts';
import { withLiveCluster } from './connect/live-cluster.ts';
import { readFiles, readTopology } from './connect/manifest-files.ts';
import {
  assumedFacts,
  CLUSTER_FLAGS,
  described,
  loadPolicy,
  NAMESPACE_FLAG,
  parseFlags,
  rejectConflictingClusters,
} from './flags/flags.ts';
import { flagHelp } from './flags/help.ts';
import { type Progress, startProgress } from './output/progress.ts';
import { printResult, RESULT_FLAGS } from './output/result-output.ts';

const FLAGS = {
  ...described(CLUSTER_FLAGS, {
    live: 'the cluster of the current kubeconfig context',
    kubeconfig: 'with --live: another kubeconfig',
    context: 'with --live: another context of it',
    'kubernetes-version': "evaluate for this version (default: the newest known; with --live the cluster's own)",
  }),
  namespace: {
    ...NAMESPACE_FLAG,
    description: "where objects without a namespace belong (default: default; with --live the context's)",
  },
  ...RESULT_FLAGS,
  'ignore-others': { description: 'skip documents that are not Kubernetes objects (the default in folders)' },
  fix: { description: 'apply the fixes of warnings and denials to the files; comments and order are kept' },
  'dry-run': { description: 'with --fix: print the changes as a diff and leave the files alone' },
} as const;

const HELP = `Evaluate the Services of manifests, as the webhook would.

  zonewise check FILE|DIR|-... [flags]

${flagHelp(FLAGS)}

Exit code: 0 nothing at --fail-on or above, 1 something there, 2 unusable input.

Examples:
  zonewise check web.yaml
  helm template ./chart | zonewise check - --kubernetes-version 1.34
  kubectl get nodes,services,endpointslices -A -o yaml > cluster.yaml
  zonewise check deploy/ --topology cluster.yaml --fail-on warn -o json
  zonewise check web.yaml --topology cluster.yaml --fix --dry-run
  zonewise check deploy/ -o sarif > zonewise.sarif
`;

async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parseFlags('check', args, FLAGS);
  const { output, 'fail-on': failOn } = values;
  if (positionals.length === 0) throw new InputError('nothing to check: give files, folders, or - for standard input');
  rejectConflictingClusters(values, true);
  if ([...positionals, ...(values.topology ?? [])].filter(path => path === '-').length > 1)
    throw new InputError('standard input can be read only once: give - a single time');
  const policy = loadPolicy(values);
  const namespace = values.namespace ?? (values.live ? (await readKubeContext(values)).namespace : undefined);
  const given = await readFiles(positionals, terminal.stdin);
  const documentOptions = values['ignore-others'] ? ({ unknownDocuments: 'ignore' } as const) : {};
  const files = given.map(file => ({ ...file, namespace, ...documentOptions }));
  if (values['dry-run'] && !values.fix) throw new InputError('--dry-run goes with --fix');
  const progress = startProgress(terminal.screen);
  const answer = async (input: Omit<CheckInput, 'manifests'>): Promise<number> => {
    const dryRun = values['dry-run'] === true;
    const evaluatedFiles = values.fix ? await applyFixes(files, { input, dryRun, terminal }) : files;
    const result = checkManifests({
      ...input,
      progress,
      manifests: evaluatedFiles.flatMap(file => readWithProgress(file, progress)),
    });
    progress.clear();
    terminal.err(renderFailures(result));
    if (!dryRun)
      await printResult(result, { output, failOn, colour: terminal.colour, files: evaluatedFiles }, terminal.out);
    return exitCode(result.findings, failOn);
  };
  if (values.live) {
    const from = { ...values, policy, warn: terminal.err, screen: terminal.screen };
    return withLiveCluster(from, live => answer({ cluster: live.topology, facts: live.facts, policy }));
  }
  const cluster = await readTopology(values.topology ?? [], terminal.stdin);
  return answer({ cluster, facts: assumedFacts(values, policy, Date.now(), factsOfFiles(cluster)), policy });
}

interface FixOptions {
  readonly input: Omit<CheckInput, 'manifests'>;
  readonly dryRun: boolean;
  readonly terminal: Terminal;
}

/** Returns the files with all fixes applied. A dry run prints the changes and returns the files unchanged. */
async function applyFixes(
  files: readonly ManifestFile[],
  { input, dryRun, terminal }: FixOptions,
): Promise<readonly ManifestFile[]> {
  const { diffOf, fixFiles, writeFixed } = await import('./check/fix.ts');
  const changes = fixFiles(files, input);
  if (dryRun) {
    terminal.out(changes.map(diffOf).join(''));
    return files;
  }
  writeFixed(changes);
  terminal.err(
    changes.flatMap(({ name, appliedFixes }) => appliedFixes.map(line => `fixed ${name}: ${line}\n`)).join(''),
  );
  const texts = new Map(changes.map(({ name, after }) => [name, after]));
  return files.map(file => ({ ...file, text: texts.get(file.name) ?? file.text }));
}

function readWithProgress(file: ManifestFile, progress: Progress): readonly Manifest[] {
  progress.show(() => `reading ${file.name}`);
  return readManifests(file);
}

export const check: Command = {
  name: 'check',
  summary: 'evaluate the Services of manifests',
  help: HELP,
  flags: FLAGS,
  run,
};
