import { asObject, asString } from '../../model/raw.ts';
import { type KubernetesVersion, parseVersion } from '../../model/version.ts';

/** Some distributions write `27+` for the minor; the git version is the same everywhere. */
export function parseServerVersion(raw: unknown): KubernetesVersion | null {
  const answer = asObject(raw);
  const minor = /^\d+/.exec(asString(answer.minor))?.[0] ?? '';
  return parseVersion(asString(answer.gitVersion)) ?? parseVersion(`1.${minor}`);
}
