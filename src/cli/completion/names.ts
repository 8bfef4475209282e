import { statSync } from 'node:fs';
import { asList, asObject, asString } from '../../model/raw.ts';
import type { ContextFlags } from '../connect/kube-context.ts';
import type { CommandLine } from './command-line.ts';

/** Nobody waits longer for a tab. */
const PATIENCE_MILLIS = 1_500;
/** More YAML than this takes longer to read. JSON is read some hundred times faster. */
const MOST_YAML_BYTES = 2_000_000;
const MOST_JSON_BYTES = 100_000_000;
/** Names alone. */
const METADATA = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json';

/** Where names come from: the files of --topology, else the live cluster. */
interface Names {
  readonly namespace: string;
  namespaces(): Promise<readonly string[]>;
  services(namespace: string): Promise<readonly string[]>;
}

export async function contextNames(line: CommandLine): Promise<readonly string[]> {
  const { readKubeContext } = await import('../connect/kube-context.ts');
  // The context typed so far is the word to complete.
  return (await readKubeContext({ kubeconfig: flagOf(line, '--kubeconfig') })).all;
}

export function namespaceNames(line: CommandLine): Promise<readonly string[]> {
  return withNames(line, names => names.namespaces());
}

/** As paths are completed: namespaces with a slash, behind it their Services; bare names are those of the namespace in use. */
export function serviceNames(line: CommandLine): Promise<readonly string[]> {
  const at = line.typed.indexOf('/');
  const namespace = line.typed.slice(0, Math.max(0, at));
  return withNames(line, async names => {
    if (at >= 0) return (await names.services(namespace)).map(name => `${namespace}/${name}`);
    // Who may see one of the two is offered that.
    const bare = names.services(names.namespace).catch(() => []);
    const namespaces = names.namespaces().catch(() => []);
    return [...(await bare), ...(await namespaces).map(name => `${name}/`)];
  });
}

function flagOf({ given }: CommandLine, flag: string): string | undefined {
  return given.get(flag)?.findLast(value => typeof value === 'string');
}

function withNames<T>(line: CommandLine, use: (names: Names) => Promise<T>): Promise<T> {
  const files = (line.given.get('--topology') ?? []).filter(value => typeof value === 'string');
  const namespace = flagOf(line, '--namespace');
  if (files.length > 0) return namesInFiles(files, namespace ?? 'default').then(use);
  const flags = { kubeconfig: flagOf(line, '--kubeconfig'), context: flagOf(line, '--context') };
  return withLiveNames(flags, namespace, use);
}

async function namesInFiles(files: readonly string[], namespace: string): Promise<Names> {
  const { readInput } = await import('../connect/manifest-files.ts');
  const small = files.filter(file => file !== '-' && statSync(file).size <= mostBytes(file));
  const services = (await readInput(small, async () => '')).filter(({ kind }) => kind === 'Service');
  return {
    namespace,
    namespaces: async () => [...new Set(services.map(service => service.namespace))],
    services: async wanted => services.filter(service => service.namespace === wanted).map(({ name }) => name),
  };
}

function mostBytes(file: string): number {
  return file.endsWith('.json') ? MOST_JSON_BYTES : MOST_YAML_BYTES;
}

async function withLiveNames<T>(
  flags: ContextFlags,
  namespace: string | undefined,
  use: (names: Names) => Promise<T>,
): Promise<T> {
  const { readKubeContext } = await import('../connect/kube-context.ts');
  const { ApiClient } = await import('../../kube/client/api-client.ts');
  const { systemClock } = await import('../../runtime/clock.ts');
  const { Credentials } = await import('../../kube/client/credentials.ts');
  const context = await readKubeContext(flags);
  const signal = AbortSignal.timeout(PATIENCE_MILLIS);
  const client = new ApiClient(new Credentials({ path: flags.kubeconfig, context: flags.context }, systemClock()));
  // A credential plugin takes its own time, which the signal does not end.
  const late = new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  const list = async (path: string) => {
    const answer = client.json(path, { accept: METADATA, query: { limit: '1000' }, signal });
    return asList(asObject(await Promise.race([answer, late]))['items']).map(nameOf);
  };
  try {
    return await use({
      namespace: namespace ?? context.namespace,
      namespaces: () => list('/api/v1/namespaces'),
      services: wanted => list(`/api/v1/namespaces/${encodeURIComponent(wanted)}/services`),
    });
  } finally {
    await client.close();
  }
}

function nameOf(item: unknown): string {
  return asString(asObject(asObject(item)['metadata'])['name']);
}
