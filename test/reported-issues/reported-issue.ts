import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Fixture } from '../rules/fixture.ts';
import { fixtureFrom, ROOT } from '../rules/fixture.ts';

/** The threads of real users that must be covered. */
export const THREADS: readonly string[] = [
  'kubernetes/kubernetes#75262',
  'kubernetes/kubernetes#66354',
  'DataDog/helm-charts#2819',
  'open-telemetry/opentelemetry-operator#2061',
  'kubernetes/enhancements#3966',
  'kubernetes/kubernetes#119990',
  'kubernetes/kubernetes#103888',
  'kubernetes/kubernetes#123401',
  'nginx/kubernetes-ingress#1199',
  'kubernetes/kubernetes#60749',
  'kubernetes/kubernetes#85643',
  'kubernetes/kubernetes#118952',
  'kubernetes/kubernetes#110302',
  'cilium/cilium#23837',
  'metallb/metallb#148',
  'kubernetes/kubernetes#123954',
  'nginx/kubernetes-ingress#9149',
  'strimzi/strimzi-kafka-operator#6479',
  'hetznercloud/hcloud-cloud-controller-manager#727',
  'kubernetes/kubernetes#131085',
  'metallb/metallb#2274',
  'kubernetes/kubernetes#97073',
  'kubernetes/kubernetes#138779',
  'kubernetes-sigs/external-dns#602',
];

/**
 * `test/reported-issues/<owner>_<repository>_<number>/fires-<rule>.yaml`, with the rule's output in the .txt beside it, or
 * `silent-<why>.yaml`, whose description explains why zonewise correctly reports nothing. The manifests are written here.
 */
export interface Story {
  /** `metallb/metallb#148` */
  readonly thread: string;
  /** The rule that would have warned the user; `null` if none does. */
  readonly rule: string | null;
  readonly fixture: Fixture;
}

const FILE_NAME = /^(fires|silent)-([a-z0-9-]+)\.yaml$/;

/** All reported issues, in the order of the threads. Throws if a folder belongs to no thread. */
export function readStories(): readonly Story[] {
  const folder = join(ROOT, 'test/reported-issues');
  const folders = readdirSync(folder, { withFileTypes: true }).filter(entry => entry.isDirectory());
  const stories = folders.flatMap(({ name }) => storiesOf(name));
  const rank = (thread: string) => THREADS.indexOf(thread);
  const stray = stories.find(({ thread }) => rank(thread) < 0);
  if (stray) throw new Error(`${stray.fixture.file}: ${stray.thread} is not one of the threads`);
  return stories.sort((a, b) => rank(a.thread) - rank(b.thread));
}

function storiesOf(name: string): readonly Story[] {
  const thread = name.replace('_', '/').replace('_', '#');
  const path = `test/reported-issues/${name}`;
  const files = readdirSync(join(ROOT, path)).filter(file => file.endsWith('.yaml'));
  return files.sort().map(file => {
    const [, outcome, what] = FILE_NAME.exec(file) ?? [];
    if (what === undefined) throw new Error(`${path}/${file}: expected fires-<rule>.yaml or silent-<why>.yaml`);
    const rule = outcome === 'fires' ? what : null;
    const fixture = fixtureFrom(rule ?? '', `${path}/${file}`, readFileSync(join(ROOT, path, file), 'utf8'));
    return { thread, rule, fixture: { ...fixture, name: basename(file, '.yaml') } };
  });
}
