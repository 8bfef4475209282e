import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

/**
 * Caches compiled modules, which halves the time of a check of one file. The cache is in the user's folder: Node's default
 * in /tmp may belong to another user, who could replace the code. NODE_COMPILE_CACHE and NODE_DISABLE_COMPILE_CACHE apply.
 */
export function keepCompiledModules(env: Readonly<Record<string, string | undefined>>): void {
  const caches = env['XDG_CACHE_HOME'] || (env['HOME'] && join(env['HOME'], '.cache'));
  if (caches && !env['NODE_COMPILE_CACHE']) enableCompileCache(join(caches, 'zonewise', 'compiled'));
}
