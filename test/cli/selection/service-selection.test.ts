import { describe, expect, test } from 'vitest';
import { parseFlags } from '../../../src/cli/flags/flags.ts';
import { parseSelection, SELECTION_FLAGS, selectServices } from '../../../src/cli/selection/service-selection.ts';
import { readManifests } from '../../../src/cluster/manifests/manifest.ts';
import { ManifestTopology } from '../../../src/cluster/manifests/manifest-topology.ts';
import { errorMessage } from '../../../src/runtime/errors.ts';

const FLAGS = { ...SELECTION_FLAGS, all: { description: 'every Service' } } as const;

const SERVICES = `
shop/web app=web tier=front
shop/cart app=cart tier=back
shop/api app=api
data/web app=web
data/cache
svc/web
svc/lonely
kube-system/dns
`;

function clusterOf(services: string): ManifestTopology {
  const text = services
    .trim()
    .split('\n')
    .map(line => {
      const [key = '', ...labels] = line.split(' ');
      const [namespace, name] = key.split('/');
      const map = labels.map(label => label.replace('=', ': ')).join(', ');
      return `kind: Service\nmetadata: { namespace: ${namespace}, name: ${name}, labels: { ${map} } }\n`;
    })
    .join('---\n');
  return new ManifestTopology(readManifests({ name: 'cluster.yaml', text, unknownDocuments: 'refuse' }));
}

/** The Services that a command line selects; names without a namespace are in shop. */
function selected(args: readonly string[], services = SERVICES): readonly string[] {
  const { values, positionals } = parseFlags('explain', args, FLAGS);
  const cluster = { topology: clusterOf(services), namespace: 'shop' };
  return selectServices(parseSelection(positionals, values), cluster).map(
    ({ namespace, name }) => `${namespace}/${name}`,
  );
}

function problemOf(args: readonly string[]): string {
  try {
    return `selects ${selected(args).join(', ')}`;
  } catch (error) {
    expect(error).toMatchObject({ code: 'unusable-input' });
    return errorMessage(error);
  }
}

describe('selects Services by name', () => {
  test.each([
    ['cart', ['shop/cart']],
    ['svc/cart', ['shop/cart']],
    ['service/cart', ['shop/cart']],
    ['services/cart', ['shop/cart']],
    ['SVC/cart', ['shop/cart']],
    ['data/web', ['data/web']],
    ['svc/cache -n data', ['data/cache']],
    ['web -n data', ['data/web']],
    ['data/cache svc/cart -n shop', ['data/cache', 'shop/cart']],
    ['svc cart api', ['shop/cart', 'shop/api']],
    ['service cart', ['shop/cart']],
    ['cart shop/cart svc/cart', ['shop/cart']],
    ['svc/lonely', ['svc/lonely']],
    ['web -n svc', ['svc/web']],
  ])('%s', (args, expected) => {
    expect(selected(args.split(' '))).toEqual(expected);
  });

  test('a Service that is called svc too', () => {
    expect(selected(['svc', 'web'], 'shop/svc\nshop/web')).toEqual(['shop/svc', 'shop/web']);
  });
});

describe('selects Services by namespace and labels', () => {
  test.each([
    ['-n data', ['data/web', 'data/cache']],
    ['-ndata', ['data/web', 'data/cache']],
    ['-n=data', ['data/web', 'data/cache']],
    ['--namespace=data', ['data/web', 'data/cache']],
    ['-n kube-system -n data', ['data/web', 'data/cache', 'kube-system/dns']],
    ['-l app=web', ['shop/web', 'data/web']],
    ['-l=app=web -n shop', ['shop/web']],
    ['--selector app==web,tier', ['shop/web']],
    ['-A -l app=cart', ['shop/cart']],
  ])('%s', (args, expected) => {
    expect(selected(args.split(' '))).toEqual(expected);
  });

  test.each([
    ['app in (cart, api)', ['shop/cart', 'shop/api']],
    ['app,!tier', ['shop/api', 'data/web']],
    ['app notin (web,cart),app', ['shop/api']],
    ['tier != back, app', ['shop/web', 'shop/api', 'data/web']],
  ])('--selector %s', (selector, expected) => {
    expect(selected(['--selector', selector])).toEqual(expected);
  });

  test.each([[['-A']], [['--all-namespaces=true']], [['--all-namespaces=false']], [[]]])('%j: every Service', args => {
    expect(selected(args)).toHaveLength(8);
  });

  test('nothing in a cluster without Services', () => {
    const topology = new ManifestTopology([]);
    expect(selectServices(parseSelection([], {}), { topology, namespace: 'default' })).toEqual([]);
  });
});

describe('rejects what selects nothing, or not one thing', () => {
  test.each([
    [['wep'], 'no Service shop/wep in this cluster; did you mean shop/web?'],
    [['SHOP/Web'], 'no Service SHOP/Web in this cluster; did you mean shop/web?'],
    [['svc/wep'], 'no Service shop/wep in this cluster; did you mean shop/web?'],
    [['dns'], 'no Service shop/dns in this cluster; there is kube-system/dns'],
    [['kube-system/web'], 'no Service kube-system/web in this cluster; there is shop/web, data/web, svc/web'],
    [['svc/web'], 'svc/web may be shop/web or svc/web: write shop/web, or web --namespace svc'],
    [['svc/'], '"svc/" is not a NAMESPACE/NAME, svc/NAME or NAME'],
    [['/web'], '"/web" is not a NAMESPACE/NAME, svc/NAME or NAME'],
    [['shop/svc/web'], '"shop/svc/web" is not a NAMESPACE/NAME, svc/NAME or NAME'],
    [[''], '"" is not a NAMESPACE/NAME, svc/NAME or NAME'],
    [['-n', 'shp'], 'no Service in namespace shp; did you mean shop?'],
    [['-n', 'shop', '-n', 'dta'], 'no Service in namespace dta; did you mean data?'],
    [['-n', 'somewhere-else'], 'no Service in namespace somewhere-else'],
    [['-l', 'app=wbe'], 'no Service matches --selector app=wbe'],
    [['-l', 'app=cart', '-n', 'data'], 'no Service in namespace data matches --selector app=cart'],
    [
      ['-l', 'app', '-n', 'kube-system'],
      'no Service in namespace kube-system matches --selector app: none has a label',
    ],
    [['-A', '-n', 'shop'], '--all-namespaces and --namespace exclude each other'],
    [['web', '--all'], 'names of Services and --all exclude each other'],
    [['web', '-A'], 'names of Services and --all-namespaces exclude each other'],
    [['web', '-l', 'app=web'], 'names of Services and --selector exclude each other'],
    [['web', '-n', 'shop', '-n', 'data'], 'names without a namespace are in one: give --namespace once, not 2 times'],
    [['-n', ''], "Option '-n, --namespace' has an empty value; leave it out, or give one"],
    [['--namespace='], "Option '-n, --namespace' has an empty value; leave it out, or give one"],
    [['-n', 'shop,data'], '--namespace "shop,data" is not the name of a namespace; expected one, such as kube-system'],
    [['-n', 'shop/web'], '--namespace "shop/web" is not the name of a namespace; expected one, such as kube-system'],
    [['-l', 'app=='], /^no Service matches --selector app=$/],
    [['-l', 'app=a=b'], /^--selector "app=a=b" is not a label selector: .*; expected one, such as app=web/],
    [['-l', 'app in web'], /^--selector "app in web" is not a label selector: /],
    [['-l', 'app=web,'], /^--selector "app=web," is not a label selector: /],
    [['--all-namespace'], /did you mean --all-namespaces\?$/],
    [
      ['--all-namespaces=shop'],
      /^Option '-A, --all-namespaces' does not take an argument; see zonewise explain --help$/,
    ],
  ])('%j', (args, message) => {
    expect(problemOf(args)).toEqual(typeof message === 'string' ? message : expect.stringMatching(message));
  });
});
