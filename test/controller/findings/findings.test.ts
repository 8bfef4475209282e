import { request } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { auditCluster } from '../../../src/cli/audit/audit-cluster.ts';
import { buildFindingsApp } from '../../../src/controller/findings/app.ts';
import { FindingsStore } from '../../../src/controller/findings/store.ts';
import { DEFAULT_POLICY } from '../../../src/engine/policy.ts';
import type { Finding } from '../../../src/model/finding.ts';
import { renderJson } from '../../../src/report/json.ts';
import { parseListenAddress } from '../../../src/runtime/listener.ts';
import { AuditHarness, finding } from '../audit/audit-harness.ts';
import { node, service, slice } from '../audit/audited-cluster.ts';

const NOW = Date.parse('2026-07-01T00:00:00Z');

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly names: readonly string[];
  readonly body: {
    readonly items: readonly (Finding & { readonly since: string })[];
    readonly continue: string;
    readonly error?: string;
  };
}

function app(store: FindingsStore, complete = true) {
  const built = buildFindingsApp({ store, isComplete: () => complete, firstSeenEarlier: () => null });
  onTestFinished(() => built.close());
  return async (
    url = '/findings',
    host = 'localhost:8081',
    method: 'GET' | 'POST' | 'HEAD' = 'GET',
  ): Promise<Answer> => {
    const { statusCode, headers, body } = await built.inject({ method, url, headers: { host } });
    const parsed: Answer['body'] = body === '' ? { items: [], continue: '' } : JSON.parse(body);
    const names = (parsed.items ?? []).map(({ object, rule }) => `${object.namespace}/${object.name} ${rule}`);
    return { status: statusCode, headers, names, body: parsed };
  };
}

function filled(): FindingsStore {
  const store = new FindingsStore();
  store.set('shop/web', [finding('shop/web'), finding('shop/web', { rule: 'other-rule', level: 'info' })], NOW);
  store.set('bank/api', [finding('bank/api', { level: 'deny' })], NOW + 60_000);
  store.set('shop/agent', [finding('shop/agent')], NOW);
  return store;
}

const EVERYTHING = ['bank/api some-rule', 'shop/agent some-rule', 'shop/web some-rule', 'shop/web other-rule'];

test('returns findings ordered by Service, with the time since when they are active', async () => {
  const { status, names, body } = await app(filled())();
  expect([status, names, body.continue]).toEqual([200, EVERYTHING, '']);
  expect(body.items.map(({ since }) => since.slice(11, 19))).toEqual(['00:01:00', '00:00:00', '00:00:00', '00:00:00']);
});

test('returns with pages of one what a single page returns, also for several findings of one Service', async () => {
  const fetchPage = app(filled());
  const seen: string[] = [];
  let token = '';
  do {
    const { names, body } = await fetchPage(`/findings?limit=1&continue=${token}`);
    seen.push(...names);
    expect(names).toHaveLength(1);
    token = body.continue;
  } while (token !== '');
  expect(seen).toEqual(EVERYTHING);
});

test('continues a page at its position even if the Service there is deleted', async () => {
  const store = filled();
  const fetchPage = app(store);
  const first = await fetchPage('/findings?limit=2');
  store.delete('shop/agent');
  store.set('aaa/new', [finding('aaa/new')], NOW);
  expect((await fetchPage(`/findings?continue=${first.body.continue}`)).names).toEqual(EVERYTHING.slice(2));
});

test.each([
  ['namespace=shop', EVERYTHING.slice(1)],
  ['rule=other-rule', ['shop/web other-rule']],
  ['level=deny', ['bank/api some-rule']],
  ['namespace=shop&level=warn', ['shop/agent some-rule', 'shop/web some-rule']],
  ['namespace=none', []],
])('%s filters', async (query, expected) => {
  expect((await app(filled())(`/findings?${query}`)).names).toEqual(expected);
});

test.each(['limit=0', 'limit=501', 'limit=many', 'level=loud', 'continue=%21', 'nmespace=shop', 'rule=a&rule=b'])(
  '%s is rejected with the expected values',
  async query => {
    const { status, body } = await app(filled())(`/findings?${query}`);
    expect(status).toBe(400);
    expect(body.error).toMatch(/expected/);
  },
);

test('returns no more than 500 at a time', async () => {
  const store = new FindingsStore();
  for (let index = 0; index < 700; index++) store.set(`shop/s${index}`, [finding(`shop/s${index}`)], NOW);
  const fetchPage = app(store);
  const { names, body } = await fetchPage('/findings?limit=500');
  const rest = await fetchPage(`/findings?limit=500&continue=${body.continue}`);
  expect([names.length, rest.names.length, rest.body.continue]).toEqual([500, 200, '']);
});

test.each(['localhost', 'localhost:1', 'LOCALHOST:8081', '127.0.0.1', '127.0.0.1:9000', '[::1]', '[::1]:8081'])(
  'answers requests for host %s',
  async host => {
    expect((await app(filled())('/findings', host)).status).toBe(200);
  },
);

test.each([
  'evil.example',
  'evil.example:8081',
  'localhost.evil.example',
  'localhost:8081.evil.example',
  '127.0.0.1.evil.example',
  '127.0.0.2',
  '10.0.0.7:8081',
  'localhost@evil.example',
  '::1',
])('rejects requests for host %j: the domain of a web page may resolve to loopback', async host => {
  const { status, body } = await app(filled())('/findings', host);
  expect([status, body.items]).toEqual([404, undefined]);
});

test('serves nothing else, no writes, and no other origins', async () => {
  const fetchPage = app(filled());
  for (const url of ['/', '/metrics', '/findings/', '/findings/shop']) expect((await fetchPage(url)).status).toBe(404);
  expect((await fetchPage('/findings', 'localhost', 'POST')).status).toBe(404);
  expect((await fetchPage('/findings', 'localhost', 'HEAD')).status).toBe(404);
  const { headers } = await fetchPage();
  expect(Object.keys(headers).filter(name => name.startsWith('access-control'))).toEqual([]);
  expect(headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
});

test('answers 503 before every Service is evaluated, because an empty list would look like success', async () => {
  expect((await app(filled(), false)()).status).toBe(503);
});

test('a persistent finding keeps its time, a returning one gets a new time', () => {
  const store = new FindingsStore();
  const since = () => store.page({}, 10, null).items.map(item => item.since - NOW);
  store.set('shop/web', [finding('shop/web')], NOW);
  store.set('shop/web', [finding('shop/web', { message: 'otherwise' })], NOW + 5);
  expect(since()).toEqual([0]);
  store.set('shop/web', [], NOW + 6);
  expect(since()).toEqual([]);
  store.set('shop/web', [finding('shop/web')], NOW + 7);
  expect(since()).toEqual([7]);
});

const SHOP = ['n1', 'n2'].map(name => node(name)).join('') + service('agent') + slice('agent', ['n1']);

/** Sends a request as curl does. The port is that of the leader's listener. */
function get(port: number, host = '127.0.0.1'): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const pending = request({ host, port, path: '/findings', agent: false }, answer => {
      text(answer).then(body => resolve({ status: answer.statusCode ?? 0, text: body }), reject);
    });
    pending.on('error', reject);
    pending.end();
  });
}

test('an item is one of zonewise audit -o json, plus the time', async () => {
  const lab = new AuditHarness(SHOP);
  const leader = await lab.lead({ listen: '127.0.0.1:0' });
  const { items } = JSON.parse((await get(leader.port())).text);
  const facts = lab.cluster.facts();
  const audited = JSON.parse(
    [...renderJson(auditCluster({ topology: lab.cluster.topology, facts, policy: DEFAULT_POLICY }))].join(''),
  );
  expect(items).toEqual(audited.findings.map((finding: object) => ({ ...finding, since: '2026-07-01T00:00:00.000Z' })));
  expect(items).toHaveLength(1);
});

test('a finding keeps its time under a new leader', async () => {
  const lab = new AuditHarness(SHOP);
  const first = await lab.lead();
  await lab.pass(60);
  await first.stop();
  await lab.pass(3_600);
  const second = await lab.lead({ listen: '127.0.0.1:0' });
  const since = async () =>
    JSON.parse((await get(second.port())).text).items.map((item: { since: string }) => item.since);
  expect(await since()).toEqual(['2026-07-01T00:00:00.000Z']);
  lab.apply(slice('agent', ['n2']));
  await lab.pass(60);
  expect(lab.postedEvents).toHaveLength(2);
  expect(await since()).toEqual(['2026-07-01T00:00:00.000Z']);
});

test('listens only on the configured address, while it is the leader', async () => {
  const lab = new AuditHarness(SHOP);
  const leader = await lab.lead({ listen: '127.0.0.1:0' });
  const port = leader.port();
  expect((await get(port)).status).toBe(200);
  await expect(get(port, '127.0.0.2')).rejects.toThrow('ECONNREFUSED');
  await leader.stop();
  expect(leader.port()).toBe(0);
  await expect(get(port)).rejects.toThrow('ECONNREFUSED');
});

test('rejects requests without a host, which HTTP/1.0 allows', async () => {
  const leader = await new AuditHarness(SHOP).lead({ listen: '127.0.0.1:0' });
  const socket = connect(leader.port(), '127.0.0.1');
  socket.end('GET /findings HTTP/1.0\r\n\r\n');
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 404 /);
});

test('logs an address in use, and still publishes Events', async () => {
  const lab = new AuditHarness(SHOP);
  const first = await lab.lead({ listen: '127.0.0.1:0' });
  const other = new AuditHarness(SHOP);
  const second = await other.lead({ listen: `127.0.0.1:${first.port()}` });
  expect(second.log).toContainEqual(expect.objectContaining({ level: 'error', message: '/findings is not served' }));
  await other.pass(30);
  expect(other.postedEvents).toHaveLength(1);
});

test('an address is a host and a port', () => {
  expect(parseListenAddress('127.0.0.1:8081', 'audit.listen')).toEqual({ host: '127.0.0.1', port: 8081 });
  expect(parseListenAddress('[::1]:8081', 'audit.listen')).toEqual({ host: '::1', port: 8081 });
  expect(parseListenAddress('localhost:0', 'audit.listen')).toEqual({ host: 'localhost', port: 0 });
  for (const text of ['8081', ':8081', '::1:8081', '127.0.0.1', '127.0.0.1:70000']) {
    expect(() => parseListenAddress(text, 'audit.listen')).toThrow('expected one like 127.0.0.1:8081');
  }
});
