import { asObject, asString } from '../../model/raw.ts';
import { type KubernetesVersion, parseVersion } from '../../model/version.ts';

/** Some distributions report minor `27+`; the git version has the same format everywhere. */
export function parseServerVersion(raw: unknown): KubernetesVersion | null {
  const answer = asObject(raw);
  const minor = /^\d+/.exec(asString(answer.minor))?.[0] ?? '';
  return parseVersion(asString(answer.gitVersion)) ?? parseVersion(`1.${minor}`);
}
