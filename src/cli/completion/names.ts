import { statSync } from 'node:fs';
import { asList, asObject, asString } from '../../model/raw.ts';
import type { ContextFlags } from '../connect/kube-context.ts';
import { isServiceKind, SERVICE_KINDS } from '../selection/service-name.ts';
import type { CommandLine } from './command-line.ts';

/** Upper bound for one completion request. */
const COMPLETION_TIMEOUT_MS = 1_500;
/** Larger files take too long to parse. JSON is parsed about a hundred times faster than YAML. */
const MAX_YAML_BYTES = 2_000_000;
const MAX_JSON_BYTES = 100_000_000;
/** Metadata only. */
const METADATA = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json';

/** The source of names: the files of --topology, else the live cluster. */
interface NameSource {
  readonly namespace: string;
  namespaces(): Promise<readonly string[]>;
  services(namespace: string): Promise<readonly string[]>;
}

export async function contextNames(line: CommandLine): Promise<readonly string[]> {
  const { readKubeContext } = await import('../connect/kube-context.ts');
  // The word being typed is not a context yet.
  return (await readKubeContext({ kubeconfig: flagOf(line, 'kubeconfig') })).all;
}

export function namespaceNames(line: CommandLine): Promise<readonly string[]> {
  return withNames(line, names => names.namespaces());
}

/**
 * Namespaces with a slash, after it their Services, as in paths. Names without a slash, and those after `svc/`, are in the
 * current namespace.
 */
export function serviceNames(line: CommandLine): Promise<readonly string[]> {
  const at = line.typed.indexOf('/');
  const prefix = line.typed.slice(0, Math.max(0, at));
  return withNames(line, async names => {
    const namespace = isServiceKind(prefix) ? names.namespace : prefix;
    if (at >= 0) return (await names.services(namespace)).map(name => `${prefix}/${name}`);
    // A user may be permitted to list only one of the two.
    const bare = names.services(names.namespace).catch(() => []);
    const namespaces = names.namespaces().catch(() => []);
    const kinds = line.typed.length < MIN_KIND_LENGTH ? [] : SERVICE_KINDS;
    return [...(await bare), ...[...(await namespaces), ...kinds].map(name => `${name}/`)];
  });
}

/** Not offered before, as every name can be written without it. */
const MIN_KIND_LENGTH = 2;

function flagOf({ flags }: CommandLine, flag: string): string | undefined {
  return flags.get(flag)?.findLast(value => typeof value === 'string');
}

function withNames<T>(line: CommandLine, use: (names: NameSource) => Promise<T>): Promise<T> {
  const files = (line.flags.get('topology') ?? []).filter(value => typeof value === 'string');
  const namespace = flagOf(line, 'namespace');
  if (files.length > 0) return namesInFiles(files, namespace ?? 'default').then(use);
  const flags = { kubeconfig: flagOf(line, 'kubeconfig'), context: flagOf(line, 'context') };
  return withLiveNames(flags, namespace, use);
}

async function namesInFiles(files: readonly string[], namespace: string): Promise<NameSource> {
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
  return file.endsWith('.json') ? MAX_JSON_BYTES : MAX_YAML_BYTES;
}

async function withLiveNames<T>(
  flags: ContextFlags,
  namespace: string | undefined,
  use: (names: NameSource) => Promise<T>,
): Promise<T> {
  const { readKubeContext } = await import('../connect/kube-context.ts');
  const { ApiClient } = await import('../../kube/client/api-client.ts');
  const { systemClock } = await import('../../runtime/clock.ts');
  const { Credentials } = await import('../../kube/client/credentials.ts');
  const context = await readKubeContext(flags);
  const signal = AbortSignal.timeout(COMPLETION_TIMEOUT_MS);
  const client = new ApiClient(new Credentials({ path: flags.kubeconfig, context: flags.context }, systemClock()));
  // The signal does not end a credential plugin.
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
