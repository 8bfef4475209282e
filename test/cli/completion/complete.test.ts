import { describe, expect, test } from 'vitest';
import { audit } from '../../../src/cli/audit.ts';
import { check } from '../../../src/cli/check.ts';
import { complete } from '../../../src/cli/completion/complete.ts';
import { completion } from '../../../src/cli/completion.ts';
import { config } from '../../../src/cli/config.ts';
import { explain } from '../../../src/cli/explain.ts';
import { rules } from '../../../src/cli/rules.ts';
import { serve } from '../../../src/cli/serve.ts';
import { startCluster, writeKubeconfig } from '../../kube/client.ts';
import { sendJson } from '../../kube/fake-api-server.ts';
import { PATHS } from '../../kube/fake-cluster.ts';
import { namespace } from '../../kube/objects.ts';
import { file } from '../terminal.ts';

const ALL = [serve, check, explain, audit, rules, config, completion];
const COMMANDS = Object.fromEntries(ALL.map(verb => [verb.name, async () => verb]));
const SAMPLE = ['--topology', 'sample/cluster.yaml'];

interface Offered {
  /** Without descriptions. */
  readonly words: readonly string[];
  readonly directive: number;
}

async function offered(...words: readonly string[]): Promise<Offered> {
  const lines = (await complete(words, COMMANDS)).trimEnd().split('\n');
  const directive = lines.pop() ?? '';
  expect(directive).toMatch(/^:\d+$/);
  return { words: lines.map(line => line.split('\t')[0] ?? ''), directive: Number(directive.slice(1)) };
}

const [NO_SPACE, NO_FILES, BY_EXTENSION] = [2, 4, 8];

describe('offers the words that match the typed text', () => {
  test.each<[readonly string[], readonly string[]]>([
    [['exp'], ['explain']],
    [['help', 'che'], ['check']],
    [['check', '--fix', '--dry'], ['--dry-run']],
    [
      ['check', '--fail-on', ''],
      ['info', 'warn', 'deny', 'never'],
    ],
    [['check', '--output=js'], ['json']],
    [['audit', '-o', 'te'], ['text']],
    [['audit', '--dataplane', 'ci'], ['cilium']],
    [
      ['explain', '--hints', ''],
      ['observed', 'predicted'],
    ],
    [['explain', '--kubernetes-version', '1.29'], ['1.29']],
    [
      ['rules', 'unknown-'],
      ['unknown-field', 'unknown-topology-mode'],
    ],
    [
      ['config', ''],
      ['check', 'schema'],
    ],
    [
      ['completion', ''],
      ['bash', 'zsh'],
    ],
    [['explain', ...SAMPLE, 'shop/c'], ['shop/cart']],
    [['explain', ...SAMPLE, '-n', 'shop', 'ca'], ['cart']],
    [['explain', ...SAMPLE, '-n', 'mon'], ['monitoring']],
    [['explain', ...SAMPLE, '-n', 'shop', 'svc/ca'], ['svc/cart']],
    [['audit', ...SAMPLE, '-n', 'shop', 'service/we'], ['service/web']],
    [['audit', '--sort-by', 'l'], ['lost']],
    [['explain', '--set', 'spec.trafficDistribution=PreferSame'], ['Zone', 'Node'].map(suffix)],
    [['explain', '--set=spec.externalTrafficPolicy=L'], ['spec.externalTrafficPolicy=Local']],
    [['explain', '--set', 'spec.publishNotReadyAddresses=t'], ['spec.publishNotReadyAddresses=true']],
  ])('%j', async (typed, words) => {
    expect(await offered(...typed)).toEqual({ words, directive: NO_FILES });
  });

  test('adds no space after an incomplete word', async () => {
    expect(await offered('explain', ...SAMPLE, 'sh')).toEqual({ words: ['shop/'], directive: NO_FILES | NO_SPACE });
    expect(await offered('explain', ...SAMPLE, 'sv')).toEqual({ words: ['svc/'], directive: NO_FILES | NO_SPACE });
    const { words, directive } = await offered('explain', '--set', 'spec.i');
    expect([words, directive]).toEqual([['spec.internalTrafficPolicy='], NO_FILES | NO_SPACE]);
  });

  test('offers manifests by extension, and all files for other flags', async () => {
    const manifests = { words: ['yaml', 'yml', 'json'], directive: BY_EXTENSION };
    for (const typed of [
      ['check', ''],
      ['check', 'a.yaml', ''],
      ['check', '-f', ''],
      ['audit', '--topology', ''],
      ['config', 'check', ''],
    ]) {
      expect(await offered(...typed), typed.join(' ')).toEqual(manifests);
    }
    for (const flag of ['--kubeconfig', '--config']) {
      expect(await offered('audit', flag, '')).toEqual({ words: [], directive: 0 });
    }
  });

  test('offers a given flag again only if it is repeatable', async () => {
    const { words } = await offered('explain', 'shop/web', '--all', ...SAMPLE, '--set', 'spec.type=ClusterIP', '--');
    expect(words).not.toContain('--all');
    expect(words).toEqual(expect.arrayContaining(['--topology', '--set', '--hints']));
    expect((await offered('explain', 'shop/web', ...SAMPLE, 'shop/we')).words).toEqual([]);
  });

  test('offers flags with their description', async () => {
    expect(await complete(['check', '--dry'], COMMANDS)).toMatch(/^--dry-run\twith --fix: print .*\n:4\n$/);
  });
});

describe('offers nothing and prints no error', () => {
  test.each([
    ['for an unknown command', ['chek', '']],
    ['for a free text', ['serve', '--port', '']],
    ['for a command without arguments', ['serve', '']],
    ['for labels', ['audit', '-l', '']],
    ['after the only argument', ['rules', 'unknown-topology-mode', '']],
    ['for a missing topology', ['explain', '--topology', '/no/cluster.yaml', '']],
    ['without a kubeconfig', ['explain', '--kubeconfig', '/no/kubeconfig', '--context', '']],
    ['for a property name of JavaScript objects', ['constructor', '']],
  ])('%s', async (_what, typed) => {
    expect(await offered(...typed)).toEqual({ words: [], directive: NO_FILES });
  });

  test('for an unavailable cluster', async () => {
    const away = await startCluster();
    await away.server.stop();
    const kubeconfig = writeKubeconfig(away.server.url);
    expect(await offered('explain', '--kubeconfig', kubeconfig, '')).toEqual({ words: [], directive: NO_FILES });
  });

  test('for a file that is too large', async () => {
    const long = file(`${'# \n'.repeat(1_000_000)}kind: Service\nmetadata: { name: web, namespace: shop }\n`);
    expect((await offered('explain', '--topology', long, '')).words).toEqual([]);
  });
});

describe('for a live cluster', () => {
  test('offers namespaces, their Services, and those of the current namespace by name', async () => {
    const fake = await startCluster();
    for (const name of ['shop', 'default']) fake.set(PATHS.namespaces, namespace(name));
    fake.server.scripts.unshift(({ path, request, response }) => {
      const of = /^\/api\/v1\/namespaces\/(.*)\/services$/.exec(path)?.[1];
      if (of === undefined) return false;
      expect(request.headers.accept).toContain('as=PartialObjectMetadataList');
      return sendJson(response, { items: of === 'shop' ? [{ metadata: { name: 'web' } }] : [] });
    });
    const live = ['explain', '--kubeconfig', writeKubeconfig(fake.server.url)];
    expect((await offered(...live, '')).words).toEqual(['default/', 'shop/']);
    expect((await offered(...live, 'shop/')).words).toEqual(['shop/web']);
    expect((await offered(...live, '-n', 'shop', '')).words).toEqual(['web', 'default/', 'shop/']);
    expect((await offered(...live, '-n', 's')).words).toEqual(['shop']);
    expect((await offered(...live, '--context', '')).words).toEqual(['ctx']);
  });

  test('offers nothing after the timeout', async () => {
    const fake = await startCluster();
    fake.server.scripts.unshift(() => true);
    const started = performance.now();
    expect((await offered('explain', '--kubeconfig', writeKubeconfig(fake.server.url), '')).words).toEqual([]);
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});

test.each(ALL)('offers every flag that the help of $name describes', async ({ name, help, flags = {} }) => {
  const lines = help.split('\n').filter(line => /^ {2}(-\w, )?--/.test(line));
  const long = lines.flatMap(line => line.split(/ {2,}/)[1]?.match(/--[a-z-]+/g) ?? []);
  const documented = Object.entries(flags).filter(([, { hidden }]) => !hidden);
  expect(documented.map(([flag]) => `--${flag}`)).toEqual(long);
  expect((await offered(name, '--')).words.toSorted()).toEqual([...new Set(long)].toSorted());
});

function suffix(what: string): string {
  return `spec.trafficDistribution=PreferSame${what}`;
}
