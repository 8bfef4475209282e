import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compareLevels } from '../src/model/finding.ts';
import type { HealthyCluster } from '../test/healthy/cluster.ts';
import { evaluateAs, healthyClusters, looks } from '../test/healthy/cluster.ts';
import type { Story } from '../test/reported-issues/reported-issue.ts';
import { readStories, THREADS } from '../test/reported-issues/reported-issue.ts';
import { ROOT } from '../test/rules/fixture.ts';

export const PRECISION_PAGE = 'docs/precision.md';

/** Renders `docs/precision.md`. */
export async function renderPrecision(): Promise<string> {
  const stories = readStories();
  const clusters = await Promise.all(healthyClusters().map(measure));
  return `${[
    '<!-- Written by node scripts/generate-precision.ts from test/reported-issues/ and test/healthy/. Do not edit. -->',
    '# Precision',
    summary(stories, clusters),
    '`npm test` reproduces it: both sets are part of the tests, and a test fails if this page is outdated.',
    '## Reported issues',
    `Each thread is reproduced with manifests in [test/reported-issues](../test/reported-issues). The table has zonewise's findings, or the
reason why there is none.`,
    storyTable(stories),
    '## Healthy Services',
    `Realistic clusters, in [test/healthy](../test/healthy), and Services that are correct in them. Every Service is evaluated as a file (new,
and unchanged), by the webhook (CREATE, an UPDATE without changes, one of a label and a port) and in an audit; Services that are being
deployed only as new ones. They also have no finding while any one node of their cluster is cordoned, stops reporting or gets new Pods.
\`evaluated\` counts the pairs of a Service and a rule that applied and was not skipped.`,
    clusterTable(clusters),
  ].join('\n\n')}\n`;
}

interface Measured extends HealthyCluster {
  readonly evaluations: number;
  readonly looks: number;
  readonly warnings: number;
}

async function measure(cluster: HealthyCluster): Promise<Measured> {
  const results = await Promise.all(cluster.ways.map(way => evaluateAs(way, cluster)));
  const loud = results.flatMap(({ findings }) => findings).filter(({ level }) => compareLevels(level, 'warn') >= 0);
  return {
    ...cluster,
    evaluations: cluster.services * cluster.ways.length,
    looks: results.reduce((sum, result) => sum + looks(cluster, result), 0),
    warnings: loud.length,
  };
}

function summary(stories: readonly Story[], clusters: readonly Measured[]): string {
  const total = (what: (cluster: Measured) => number) => clusters.reduce((sum, cluster) => sum + what(cluster), 0);
  const covered = new Set(stories.filter(({ rule }) => rule !== null).map(({ thread }) => thread)).size;
  return `Users disable a linter after its first false alarm. Two sets of tests measure the precision:

- **${THREADS.length} public threads** about problems with a traffic field: zonewise has findings in ${covered} and correctly none in
  ${THREADS.length - covered}.
- **${total(({ services }) => services)} healthy Services**, modelled on real ones, in ${clusters.length} clusters, evaluated ${total(({ evaluations }) => evaluations)} times
  (${total(cluster => cluster.looks)} times a rule ran): **${total(({ warnings }) => warnings)} warnings**.`;
}

function storyTable(stories: readonly Story[]): string {
  const rows = stories.map(({ thread, rule, fixture }) => {
    const name = `[${rule ?? 'silent'}](../${fixture.file})`;
    return `| ${thread} | ${name} | ${fixture.description} | ${rule === null ? '' : `\`${expectedOutput(fixture.file)}\``} |`;
  });
  return ['| thread | rule | issue | finding |', '|---|---|---|---|', ...rows].join('\n');
}

function expectedOutput(file: string): string {
  const text = join(ROOT, file.replace(/\.yaml$/, '.txt'));
  return existsSync(text) ? readFileSync(text, 'utf8').trim() : '';
}

function clusterTable(clusters: readonly Measured[]): string {
  const rows = clusters.map(cluster => {
    const name = `[${cluster.name}](../${cluster.fixture.file})`;
    const numbers = [cluster.nodes, cluster.services, cluster.ways.length, cluster.looks, cluster.warnings];
    return `| ${name} | ${cluster.description} | ${numbers.join(' | ')} |`;
  });
  const head = ['| cluster | | nodes | Services | ways | evaluated | warnings |', '|---|---|---|---|---|---|---|'];
  return [...head, ...rows].join('\n');
}

async function main(): Promise<void> {
  writeFileSync(join(ROOT, PRECISION_PAGE), await renderPrecision());
  console.log(PRECISION_PAGE);
}

if (import.meta.main) await main();
