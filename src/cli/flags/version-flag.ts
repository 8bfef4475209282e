import { type KubernetesVersion, NEWEST_KNOWN_MINOR, OLDEST_KNOWN_MINOR, parseVersion } from '../../model/version.ts';
import { InputError } from '../../runtime/errors.ts';

/** The value of --kubernetes-version, `null` without it. Throws InputError for an unknown version. */
export function parseVersionFlag(text: string | undefined): KubernetesVersion | null {
  if (text === undefined) return null;
  const version = parseVersion(text);
  const known = `expected 1.${OLDEST_KNOWN_MINOR} to 1.${NEWEST_KNOWN_MINOR}, such as 1.36`;
  const given = `--kubernetes-version ${JSON.stringify(text)}`;
  if (!version) throw new InputError(`${given} is not a Kubernetes version; ${known}`);
  if (version.minor < OLDEST_KNOWN_MINOR) throw new InputError(`--kubernetes-version ${text} is too old; ${known}`);
  if (version.minor > NEWEST_KNOWN_MINOR)
    throw new InputError(`--kubernetes-version ${text} is newer than this zonewise knows; ${known}`);
  return version;
}
