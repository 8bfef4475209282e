import { realpathSync } from 'node:fs';
import { type ManifestFile, parseManifests } from '../cluster/manifests/manifest.ts';
import { malformedManifest } from '../cluster/manifests/object-shape.ts';
import { factsOfFiles } from '../cluster/snapshot/facts.ts';
import type { Advice } from '../engine/advice/advice.ts';
import { printable } from '../report/printable.ts';
import { exitCode, renderErrors, renderFailures } from '../report/result.ts';
import { InputError } from '../runtime/errors.ts';
import { type CheckInput, checkManifests } from './check/check-manifests.ts';
import type { Command, Terminal } from './command.ts';
import { readKubeContext } from './connect/kube-context.ts';
import { withLiveCluster } from './connect/live-cluster.ts';
import { withWorkloads } from './connect/live-workloads.ts';
import { type ReadFiles, type ReadManifests, readFiles, readUsableTopology } from './connect/manifest-files.ts';
import { clusterWords } from './flags/cluster-words.ts';
import {
  assumedFacts,
  CLUSTER_FLAGS,
  type ClusterFlags,
  described,
  loadPolicy,
  NAMESPACE_FLAG,
  parseFlags,
  rejectConflictingClusters,
} from './flags/flags.ts';
import { flagHelp } from './flags/help.ts';
import { type Progress, startProgress } from './output/progress.ts';
import { type OutputFormat, printResult, RESULT_FLAGS, rejectAdviceIn } from './output/result-output.ts';

const FLAGS = {
  filename: {
    value: 'manifests',
    short: 'f',
    multiple: true,
    description: 'manifests, as in kubectl apply -f; the same as FILE without the flag',
  },
  // Folders are always read with all below.
  recursive: { short: 'R', hidden: true, description: 'as in kubectl apply -R -f' },
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
  advise: { description: 'also advise on the settings of each Service, as zonewise advise does; in text and json' },
  'ignore-others': { description: 'skip documents that are not Kubernetes objects (the default in folders)' },
  fix: { description: 'apply the fixes of warnings and denials to the files; comments, order and line ends are kept' },
  'dry-run': { description: 'with --fix: print the changes as a diff and leave the files alone' },
} as const;

const HELP = `Evaluate the Services of manifests, as the webhook would.

  zonewise check [-f] FILE|DIR|-... [flags]

${flagHelp(FLAGS)}

Exit code: 0 nothing at --fail-on or above, 1 something there, 2 unusable input (the rest is evaluated).

Examples:
  zonewise check web.yaml
  zonewise check -f web.yaml -n shop --live
  helm template ./chart | zonewise check - --kubernetes-version 1.34
  kubectl get nodes,services,endpointslices -A -o yaml > cluster.yaml
  zonewise check deploy/ --topology cluster.yaml --fail-on warn -o json
  zonewise check web.yaml --topology cluster.yaml --fix --dry-run
  zonewise check deploy/ -o sarif > zonewise.sarif
`;

async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parseFlags('check', args, FLAGS);
  const paths = [...(values.filename ?? []), ...positionals];
  const dryRun = values['dry-run'] === true;
  rejectUnusableFlags(values, paths);
  const policy = loadPolicy(values);
  const namespace = values.namespace ?? (values.live ? (await readKubeContext(values)).namespace : undefined);
  const { files, errors } = await readFiles(paths, terminal.stdin);
  const documentOptions = values['ignore-others'] ? ({ unknownDocuments: 'ignore' } as const) : {};
  const given = files.map(file => ({ ...file, namespace, ...documentOptions }));
  const progress = startProgress(terminal.screen);
  /** With the manifests as the last files of the cluster, explain shows them. */
  const clusterFlags = [...clusterWords(values), ...positionals.flatMap(path => ['--topology', path])];
  const answer = async (input: EvaluationInput, topologyErrors: readonly InputError[] = []): Promise<number> => {
    const fixing = { input, dryRun, terminal, roots: paths };
    const fixed = values.fix ? await applyFixes(given, fixing) : { files: given, errors: [] };
    const read = { files: fixed.files, errors: [...topologyErrors, ...errors, ...fixed.errors] };
    const { result: checked, manifests } = evaluateFiles(read, input, progress);
    const result = values.advise ? { ...checked, advice: await adviceFor({ ...input, manifests }) } : checked;
    progress.clear();
    terminal.err(renderErrors(result.errors) + renderFailures(result));
    const { output, 'fail-on': failOn } = values;
    const printing = { output, failOn, colour: terminal.colour, policy, files: fixed.files, clusterFlags };
    if (!dryRun) await printResult(result, printing, terminal.out);
    return exitCode(result, failOn);
  };
  if (values.live) {
    const from = { ...values, policy, warn: terminal.err, screen: terminal.screen };
    return withLiveCluster(from, async (loaded, live) => {
      const cluster = values.advise ? await withWorkloads(loaded, live, terminal) : loaded;
      return answer({ cluster: cluster.topology, facts: cluster.facts, policy });
    });
  }
  const cluster = await topologyForCheck(values.topology ?? [], terminal);
  const [unread] = cluster.errors;
  if (unread && values.fix) throw unread;
  const facts = assumedFacts(values, policy, Date.now(), factsOfFiles(cluster.manifests));
  const known = unread ? { ...facts, topologyFrom: 'unreadable files' as const } : facts;
  return answer({ cluster: cluster.manifests, facts: known, policy }, cluster.errors);
}

/** A topology of which a part cannot be read is not used, as a Service without its endpoints would look broken. */
async function topologyForCheck(paths: readonly string[], { stdin }: Terminal): Promise<ReadManifests> {
  try {
    const { manifests, errors } = await readUsableTopology(paths, stdin);
    return { manifests: errors.length > 0 ? [] : manifests, errors };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { manifests: [], errors: [error] };
  }
}

type EvaluationInput = Omit<CheckInput, 'manifests'>;

interface GivenFlags extends ClusterFlags {
  readonly output: OutputFormat;
  readonly advise?: boolean | undefined;
  readonly fix?: boolean | undefined;
  readonly 'dry-run'?: boolean | undefined;
}

function rejectUnusableFlags(values: GivenFlags, paths: readonly string[]): void {
  if (paths.length === 0) throw new InputError('nothing to check: give files, folders, or - for standard input');
  if (paths.includes('')) throw new InputError('a path is empty; give files, folders, or - for standard input');
  rejectConflictingClusters(values, true);
  rejectAdviceIn(values);
  if ([...paths, ...(values.topology ?? [])].filter(path => path === '-').length > 1)
    throw new InputError('standard input can be read only once: give - a single time');
  if (values['dry-run'] && !values.fix) throw new InputError('--dry-run goes with --fix');
  if (values.fix && !values['dry-run'] && paths.includes('-'))
    throw new InputError('--fix cannot write standard input; print the changes with --fix --dry-run');
}

function evaluateFiles({ files, errors }: ReadFiles, input: EvaluationInput, progress: Progress) {
  const parsed = files.map(file => {
    progress.show(() => `reading ${file.name}`);
    const read = parseManifests(file);
    const isNothing = file.name === '-' && read.manifests.length === 0 && read.errors.length === 0;
    return isNothing ? { ...read, errors: [new InputError('no Kubernetes object on standard input')] } : read;
  });
  const all = parsed.flatMap(one => one.manifests);
  // Malformed Services are errors of the result.
  const malformed = new Map(
    all.filter(({ kind }) => kind !== 'Service').map(manifest => [manifest, malformedManifest(manifest)]),
  );
  const manifests = all.filter(manifest => !malformed.get(manifest));
  const unread = [...malformed.values()].filter(error => error !== null);
  const result = checkManifests({ ...input, progress, manifests });
  const unusable = [...errors, ...parsed.flatMap(one => one.errors), ...unread, ...result.errors];
  return { manifests, result: { ...result, errors: unusable } };
}

async function adviceFor(input: CheckInput): Promise<readonly Advice[]> {
  const { adviseManifests } = await import('./check/advise-manifests.ts');
  return adviseManifests(input);
}

interface FixOptions {
  readonly input: EvaluationInput;
  readonly dryRun: boolean;
  readonly terminal: Terminal;
  /** The given paths. */
  readonly roots: readonly string[];
}

/** Returns the files with all fixes applied. A dry run prints the changes and returns the files unchanged. */
async function applyFixes(
  given: readonly ManifestFile[],
  { input, dryRun, terminal, roots }: FixOptions,
): Promise<ReadFiles> {
  const { diffOf, fixFiles } = await import('./check/fix.ts');
  const { files, errors } = fixFiles([...new Map(given.map(file => [realName(file), file])).values()], input);
  if (dryRun) {
    terminal.out(files.map(diffOf).join(''));
    return { files: given, errors };
  }
  const { writeFixes } = await import('./check/write-fixes.ts');
  const { written, errors: writeErrors } = await writeFixes(files, roots);
  terminal.err(
    written
      .flatMap(({ name, appliedFixes }) => appliedFixes.map(line => `fixed ${printable(`${name}: ${line}`)}\n`))
      .join(''),
  );
  const texts = new Map(written.map(file => [realName(file), file.after]));
  return {
    files: given.map(file => ({ ...file, text: texts.get(realName(file)) ?? file.text })),
    errors: [...errors, ...writeErrors],
  };
}

/** The same for a file that is given twice, or through a symbolic link. */
function realName({ name }: Pick<ManifestFile, 'name'>): string {
  return name === '-' ? name : realpathSync(name);
}

export const check: Command = {
  name: 'check',
  summary: 'evaluate the Services of manifests',
  help: HELP,
  flags: FLAGS,
  run,
};
