import { buildTool, type GoTool, moduleOf } from '../e2e/assets-build.ts';

export type GoToolResult =
  | { readonly kind: 'ready'; readonly path: string }
  | { readonly kind: 'missing'; readonly why: string };

const MODULES = { actionlint: 'actionlint', krew: 'krew', 'validate-krew-manifest': 'krew' } as const;

/** A pinned program, built once and kept in the user's cache. `missing` without Go. */
export async function findGoTool(tool: keyof typeof MODULES & GoTool): Promise<GoToolResult> {
  const module = await moduleOf(MODULES[tool]);
  if (module.kind === 'no-go') return { kind: 'missing', why: module.why };
  return { kind: 'ready', path: await buildTool(module, tool) };
}
