import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { parseAllDocuments } from 'yaml';
import { CHART, KUBERNETES } from '../../charts/generate.ts';

const run = promisify(execFile);

/** An object of the API as the chart renders it; only the fields that tests read are typed. */
export interface Rendered {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: unknown;
}

export class HelmError extends Error {
  readonly code = 'HELM';
}

export const RELEASE = { name: 'zonewise', namespace: 'zonewise-system' };

/** All objects, hooks included. Rejects with a HelmError that holds Helm's output. */
export async function render(
  helm: string,
  values: Readonly<Record<string, unknown>>,
  release = RELEASE,
): Promise<readonly Rendered[]> {
  const args = ['template', release.name, CHART, '--namespace', release.namespace, '--kube-version', KUBERNETES];
  return parseAllDocuments(await helmSays(helm, [...args, ...valueFlags(values)]))
    .map(document => {
      // Duplicate keys are an error here; Helm accepts them.
      if (document.errors[0]) throw new HelmError(document.errors[0].message);
      return document.toJS() as Rendered | null;
    })
    .filter(object => object !== null);
}

export function valueFlags(values: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.entries(values).flatMap(([key, value]) => ['--set-json', `${key}=${JSON.stringify(value)}`]);
}

export async function helmSays(helm: string, args: readonly string[]): Promise<string> {
  try {
    // Ignores the plugins, repositories and kubeconfig of the user.
    const env = { PATH: process.env['PATH'], HOME: '/nonexistent', KUBECONFIG: '/nonexistent' };
    return (await run(helm, args, { env, maxBuffer: 16 * 1024 ** 2 })).stdout;
  } catch (cause) {
    const { stdout = '', stderr = '' } = cause as { stdout?: string; stderr?: string };
    throw new HelmError(`${stderr}${stdout}`, { cause });
  }
}

export function isHook(object: Rendered): boolean {
  return object.metadata.annotations?.['helm.sh/hook'] !== undefined;
}

export function ofKind(objects: readonly Rendered[], kind: string): readonly Rendered[] {
  return objects.filter(object => object.kind === kind);
}

export function named(objects: readonly Rendered[], kind: string, name: string): Rendered {
  const found = ofKind(objects, kind).find(object => object.metadata.name === name);
  if (!found)
    throw new RangeError(`no ${kind} ${name} among ${objects.map(o => `${o.kind} ${o.metadata.name}`).join(', ')}`);
  return found;
}
