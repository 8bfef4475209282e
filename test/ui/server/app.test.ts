import { describe, expect, onTestFinished, test } from 'vitest';
import { buildUiApp } from '../../../src/ui/server/app.ts';
import { readAssets } from '../../../src/ui/server/assets.ts';
import { folder } from '../../cli/terminal.ts';
import { node, service, slice } from '../../controller/audit/audited-cluster.ts';
import { PageLab } from './ui-fixture.ts';

interface Asking {
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'DELETE' | 'OPTIONS';
  readonly headers?: Readonly<Record<string, string>>;
}

async function page() {
  const lab = new PageLab(node('a1') + service('agent') + slice('agent', ['a1']));
  await lab.start();
  const app = buildUiApp(lab);
  onTestFinished(() => app.close());
  return (url: string, { method = 'GET', headers = {} }: Asking = {}) =>
    app.inject({ method, url, headers: { host: 'localhost:8090', ...headers } });
}

const STRICT = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

test.each([
  ['/', {}, 200],
  ['/assets/index-1a2b3c.js', {}, 200],
  ['/api/overview', {}, 200],
  ['/api/cluster', {}, 200],
  ['/api/services/shop/agent', {}, 200],
  ['/api/services/shop/nobody', {}, 404],
  ['/nothing', {}, 404],
  ['/', { method: 'POST' }, 405],
  ['/api/overview', { method: 'HEAD' }, 405],
  ['/api/cluster', { method: 'OPTIONS' }, 405],
  ['/', { headers: { host: 'evil.example' } }, 403],
  ['/%ff', {}, 400],
  [`/api/services/shop/a-name-that-is-${'very-'.repeat(60)}long`, {}, 400],
] as const)('answers %s %o with %i and with all security headers', async (url, asking, status) => {
  const answer = await (await page())(url, asking);
  expect([answer.statusCode, answer.headers]).toEqual([status, expect.objectContaining(STRICT)]);
  if (status >= 400) expect(JSON.parse(answer.body || '{"error":""}')).toEqual({ error: expect.any(String) });
  if (status === 405) expect(answer.headers.allow).toBe('GET');
});

test.each([
  ['localhost', 200],
  ['LOCALHOST:9000', 200],
  ['127.0.0.1:8090', 200],
  ['[::1]:8090', 200],
  ['localhost.evil.example', 403],
  ['127.0.0.1.evil.example:8090', 403],
  ['127.0.0.2', 403],
  ['10.0.0.1:8090', 403],
  ['localhost@evil.example', 403],
])('answers the host %j with %i', async (host, status) => {
  const get = await page();
  for (const url of ['/', '/api/overview', '/nothing']) {
    const { statusCode } = await get(url, { headers: { host } });
    expect(statusCode).toBe(url === '/nothing' && status === 200 ? 404 : status);
  }
});

test.each([
  ['same-origin', 200],
  ['none', 200],
  ['same-site', 403],
  ['cross-site', 403],
])('answers a browser request for %s with %i', async (site, status) => {
  const get = await page();
  expect((await get('/api/overview', { headers: { 'sec-fetch-site': site } })).statusCode).toBe(status);
});

test('serves the page to a link on another site', async () => {
  expect((await (await page())('/', { headers: { 'sec-fetch-site': 'cross-site' } })).statusCode).toBe(200);
});

test('forbids caching of cluster data and allows permanent caching of files with hashed names', async () => {
  const get = await page();
  const kept = async (url: string) => (await get(url)).headers['cache-control'];
  expect(await kept('/api/overview')).toBe('no-store');
  expect(await kept('/api/services/shop/agent')).toBe('no-store');
  expect(await kept('/api/services/shop/nobody')).toBe('no-store');
  expect(await kept('/')).toBe('no-cache');
  expect(await kept('/assets/index-1a2b3c.css')).toContain('immutable');
});

describe('files', () => {
  test.each([
    ['/', 'text/html; charset=utf-8'],
    ['/icon.svg', 'image/svg+xml'],
    ['/assets/index-1a2b3c.js', 'text/javascript; charset=utf-8'],
    ['/assets/index-1a2b3c.css', 'text/css; charset=utf-8'],
  ])('%s is %s', async (url, type) => {
    const answer = await (await page())(url);
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, type]);
  });

  test.each([
    '/index.html/../../package.json',
    '/../package.json',
    '/..%2fpackage.json',
    '/assets/%2e%2e/%2e%2e/etc/passwd',
    '/assets/',
    '/assets',
    '/assets/index-1a2b3c.js.map',
    '//etc/passwd',
    '/assets\\..\\secret',
    '/api/services/..%2f..%2f/etc',
    '/api/services/__proto__/constructor',
    '/api/',
  ])('%s is not there', async url => {
    const answer = await (await page())(url);
    expect(answer.statusCode).toBe(404);
  });

  test('rejects a folder without a built page and names the command', () => {
    expect(() => readAssets(folder({ 'other.html': '' }))).toThrow('npm run build:page');
    expect(() => readAssets('/no/such/folder')).toThrow('/no/such/folder: the page has not been built');
  });
});

test('returns the details of a Service as in the contract', async () => {
  const get = await page();
  const detail = (await get('/api/services/shop/agent')).json();
  expect(Object.keys(detail)).toEqual([
    'revision',
    'service',
    'slices',
    'namespaceLabels',
    'workloads',
    'workloadsUnknownBecause',
  ]);
  expect(detail.slices[0].endpoints[0]).toMatchObject({ nodeName: 'a1', ready: true });
  const cluster = (await get('/api/cluster')).json();
  expect(Object.keys(cluster)).toEqual(['revision', 'nodes', 'facts', 'policy']);
  expect(cluster.facts).toMatchObject({ version: { minor: 37 }, dataPlanes: { certainty: 'assumed' } });
});
