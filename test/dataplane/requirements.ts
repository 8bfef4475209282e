import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import type { Assets } from '../e2e/assets.ts';
import { announceSkipped, findAssets } from '../e2e/assets.ts';

const run = promisify(execFile);

/** The programs that the suite needs; `null`, with a visible message, if the machine lacks something. */
export async function requirements(): Promise<Assets | null> {
  const why = await missingFromMachine();
  if (why !== null) {
    announceSkipped('real packets through kube-proxy (test/dataplane)', why);
    return null;
  }
  const found = await findAssets(['etcd', 'kube-apiserver', 'kube-controller-manager', 'kubectl', 'kube-proxy']);
  if (found.kind === 'ready') return found.assets;
  announceSkipped('real packets through kube-proxy (test/dataplane)', found.why);
  return null;
}

async function missingFromMachine(): Promise<string | null> {
  if (process.platform !== 'linux') return 'network namespaces exist on Linux only';
  if (process.getuid?.() !== 0) return 'only root may create network namespaces';
  for (const [program, ...args] of [
    ['ip', '-V'],
    ['nft', '-v'],
    ['conntrack', '-V'],
  ] as const) {
    const found = await works(program, args);
    if (!found) return `${program} is not installed (Debian packages iproute2, nftables, conntrack)`;
  }
  return missingFromNamespaces();
}

/** Containers often allow root only a part of this. */
async function missingFromNamespaces(): Promise<string | null> {
  const name = `zw${randomBytes(3).toString('hex')}-try`;
  const inside = ['netns', 'exec', name];
  const trials = [
    ['netns', 'add', name],
    ['-n', name, 'link', 'add', 'br0', 'type', 'bridge'],
    ['-n', name, 'link', 'add', 'v0', 'type', 'veth', 'peer', 'name', 'v1'],
    [...inside, 'sh', '-c', 'echo 0 > /proc/sys/net/ipv4/icmp_ratemask'],
    [...inside, 'nft', 'add table ip zonewise'],
  ];
  let why: string | null = null;
  for (const args of trials)
    if (why === null && !(await works('ip', args))) why = `this machine does not let root do: ip ${args.join(' ')}`;
  await works('ip', ['netns', 'del', name]);
  return why;
}

function works(program: string, args: readonly string[]): Promise<boolean> {
  return run(program, args, { timeout: 10_000 }).then(
    () => true,
    () => false,
  );
}
