import { access, constants } from 'node:fs/promises';
import { join } from 'node:path';
import { buildTool, moduleOf } from './assets-build.ts';

/** The upstream programs that a suite can use. */
export type Tool =
  | ('etcd' | 'kube-apiserver' | 'kube-controller-manager' | 'kubectl' | 'kube-proxy')
  | ('registry' | 'prometheus');

const MODULE_NAMES = ['etcd', 'kubernetes', 'registry', 'prometheus'] as const;

/** The folder of `tools/` that pins the program. */
const MODULES: Readonly<Record<Tool, (typeof MODULE_NAMES)[number]>> = {
  etcd: 'etcd',
  'kube-apiserver': 'kubernetes',
  'kube-controller-manager': 'kubernetes',
  kubectl: 'kubernetes',
  'kube-proxy': 'kubernetes',
  registry: 'registry',
  prometheus: 'prometheus',
};

export interface Assets {
  /** Absolute path of the program. Throws a RangeError for a tool that was not requested. */
  readonly path: (tool: Tool) => string;
}

export type AssetsResult =
  | { readonly kind: 'ready'; readonly assets: Assets }
  | { readonly kind: 'missing'; readonly why: string };

/**
 * The pinned upstream programs: from the folder `KUBEBUILDER_ASSETS` if it has them, else built with Go from
 * `tools/<module>/go.mod` and kept in the user's cache folder. Returns `missing` if a program is absent and Go is not
 * available. Throws an AssetBuildError if the build fails. The first build takes minutes.
 */
export async function findAssets(tools: readonly Tool[]): Promise<AssetsResult> {
  const paths = new Map<Tool, string>();
  for (const tool of tools) {
    const given = await givenPath(tool);
    if (given !== null) paths.set(tool, given);
  }
  const absent = tools.filter(tool => !paths.has(tool));
  for (const name of MODULE_NAMES) {
    const wanted = absent.filter(tool => MODULES[tool] === name);
    if (wanted.length === 0) continue;
    const module = await moduleOf(name);
    if (module.kind === 'no-go') return { kind: 'missing', why: missing(absent, module.why) };
    for (const tool of wanted) paths.set(tool, await buildTool(module, tool));
  }
  return { kind: 'ready', assets: { path: tool => known(paths, tool) } };
}

/** Prints on stderr, clearly visible, that a suite is skipped on this machine. */
export function announceSkipped(suite: string, why: string): void {
  const lines = [`SKIPPED: ${suite}`, ...why.split('\n')];
  const width = Math.max(...lines.map(line => line.length));
  const rule = '='.repeat(width + 4);
  const body = lines.map(line => `| ${line.padEnd(width)} |`).join('\n');
  process.stderr.write(`\n${rule}\n${body}\n${rule}\n\n`);
}

async function givenPath(tool: Tool): Promise<string | null> {
  const folder = process.env.KUBEBUILDER_ASSETS;
  if (folder === undefined || folder === '') return null;
  const path = join(folder, tool);
  return access(path, constants.X_OK).then(
    () => path,
    () => null,
  );
}

function missing(absent: readonly Tool[], why: string): string {
  const given = process.env.KUBEBUILDER_ASSETS;
  const place = given ? `not in KUBEBUILDER_ASSETS (${given})` : 'KUBEBUILDER_ASSETS is not set';
  return `missing: ${absent.join(', ')}\n${place}\nand they cannot be built here: ${why}`;
}

function known(paths: ReadonlyMap<Tool, string>, tool: Tool): string {
  const path = paths.get(tool);
  if (path === undefined) throw new RangeError(`${tool} was not asked for in findAssets()`);
  return path;
}
