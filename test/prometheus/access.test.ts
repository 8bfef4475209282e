import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { type PrometheusFlags, parsePrometheus } from '../../src/cli/traffic/prometheus-flags.ts';
import { readPrometheusTraffic } from '../../src/cluster/traffic/prometheus-traffic.ts';
import type { MeasuredTraffic } from '../../src/model/measured-traffic.ts';
import { selfSignedCertificate } from '../../src/serving/self-signed-certificate.ts';
import { file } from '../cli/terminal.ts';
import { WINDOW } from './server.ts';
import { prometheusSuite } from './suite.ts';
import { TARGETS } from './targets.ts';

const certificate = await selfSignedCertificate(Date.now());
const PASSWORD = 's3cret-of-test';
/** Bcrypt of PASSWORD. */
const HASH = '$2b$04$oIKnQSAnsAqT4EuG3FCRhumxpPsyp/lXAqOXraSwsf1upxZa2M01q';
const TOKEN = 'token-of-test';

const OBI: PrometheusFlags = {
  'prometheus-preset': 'obi',
  'prometheus-window': WINDOW,
  'prometheus-matchers': 'cluster="ambient"',
};

function free(promql: string): PrometheusFlags {
  return {
    'prometheus-query': promql,
    'prometheus-labels': 'service=svc,namespace=ns,node=node,zone=zone',
    'prometheus-unit': 'bytes',
  };
}

async function read(flags: PrometheusFlags): Promise<MeasuredTraffic> {
  const request = parsePrometheus(flags);
  if (request === null) throw new Error('no request');
  return readPrometheusTraffic(request.server, request.query, request);
}

/** The message of the error, without the address of the server. */
async function problem(flags: PrometheusFlags): Promise<string> {
  const outcome: unknown = await read(flags).then(
    () => 'no error',
    (error: unknown) => error,
  );
  const message = outcome instanceof Error ? outcome.message : String(outcome);
  expect(message).not.toContain(PASSWORD);
  expect(message).not.toContain(TOKEN);
  return message.replace(/https?:\/\/127\.0\.0\.1:\d+/g, 'URL');
}

const plain = () => ({ targets: TARGETS.filter(({ name }) => name === 'obi') });

await prometheusSuite('a server without protection', plain, server => {
  const problemOf = (promql: string) => problem({ prometheus: server().url, ...free(promql) });

  test('a query of the user gives rates by its labels', async () => {
    const promql = `label_join(label_replace(rate(obi_network_flow_bytes_total{k8s_src_owner_name="client-0",k8s_dst_owner_type="Service"}[${WINDOW}]), "svc", "$1", "k8s_dst_owner_name", "(.+)"), "ns", "", "k8s_dst_namespace")`;
    const flags = { ...free(promql), 'prometheus-labels': 'service=svc,namespace=ns,node=k8s_src_node_name' };
    const { rates, unit } = await read({ prometheus: server().url, ...flags });
    expect(unit).toBe('bytes');
    expect(rates).toHaveLength(1);
    expect(rates[0]).toMatchObject({ namespace: 'shop', service: 'web', from: { kind: 'node', name: 'n1' } });
    expect(rates[0]?.perSecond).toBeCloseTo(800, -2);
  });

  test('a query that is not PromQL gets the message of Prometheus', async () => {
    expect(await problemOf('sum by (svc (x)')).toMatch(
      /^Prometheus at URL rejects the query \(400\): invalid parameter "query": 1:\d+: parse error: .*/,
    );
  });

  test('a query that reads too many samples gets the message of Prometheus', async () => {
    expect(await problemOf(`count_over_time(vector(1)[1h:1s])`)).toBe(
      'Prometheus at URL rejects the query (422): query processing would load too many samples into memory in query execution',
    );
  });

  test('a result that is not an instant vector is an error', async () => {
    expect(await problemOf('up[1m]')).toContain('the query returns a matrix; expected an instant vector');
    expect(await problemOf('1')).toContain('the query returns a scalar; expected an instant vector');
  });

  test('NaN, infinity and negative numbers are left out', async () => {
    const element = (number: string, node: string) =>
      `label_replace(label_replace(label_replace(vector(${number}), "svc", "web", "", ""), "ns", "shop", "", ""), "node", "${node}", "", "")`;
    const all = [element('0/0', 'a'), element('1/0', 'b'), element('-1', 'c'), element('5', 'd')].join(' or ');
    const { rates, leftOut } = await read({ prometheus: server().url, ...free(all) });
    expect(rates.map(({ from, perSecond }) => [from.name, perSecond])).toEqual([['d', 5]]);
    expect(leftOut).toEqual(['3 series whose value is not a number from 0 to 1000000000000000']);
  });

  test('warnings and remarks of Prometheus are shown', async () => {
    const promql = `label_replace(label_replace(label_replace(quantile(-1, vector(1)) or sum(rate(up[${WINDOW}])), "svc", "web", "", ""), "ns", "shop", "", ""), "node", "n1", "", "")`;
    const outcome = await problem({ prometheus: server().url, ...free(promql) });
    expect(outcome).toContain('1 warning of the server: PromQL warning: quantile value should be between 0 and 1');
    expect(outcome).toContain('1 remark of the server: PromQL info: metric might not be a counter');
  });

  test('a preset without its metrics says which are missing', async () => {
    const flags = { prometheus: server().url, 'prometheus-window': WINDOW } as const;
    expect(await problem({ ...flags, 'prometheus-preset': 'retina' })).toBe(
      `preset retina over ${WINDOW} from URL has no data: the server has no networkobservability_adv_forward_bytes and no kube_service_info there; without measured traffic, zonewise uses shares by CPU`,
    );
    const matchers = 'k8s_dst_owner_type="Deployment"';
    expect(await problem({ ...flags, 'prometheus-preset': 'obi', 'prometheus-matchers': matchers })).toContain(
      'the server has obi_network_flow_bytes_total, but no series to a Service of this cluster',
    );
  });

  test('a wrong path is not that of the API', async () => {
    expect(await problem({ prometheus: `${server().url}/prometheus`, ...OBI })).toBe(
      'Prometheus at URL/prometheus has no /api/v1/query (404); expected the URL of its API, with the path before /api/v1',
    );
  });

  test('a proxy that wants a bearer token gets it, and only in the header', async () => {
    const proxy = await startProxy(server().url, (request, response, forward) => {
      if (request.headers.authorization === `Bearer ${TOKEN}`) forward();
      else response.writeHead(401).end(`wrong token ${request.headers.authorization}`);
    });
    const token = file(`${TOKEN}\n`);
    const { rates, origin } = await read({ prometheus: proxy, ...OBI, 'prometheus-token-file': token });
    expect(rates).toHaveLength(1);
    expect(origin).not.toContain(TOKEN);
    expect(await problem({ prometheus: proxy, ...OBI, 'prometheus-token-file': file(`${TOKEN}2`) })).toContain('(401)');
  });

  test('a proxy that stalls before or in the middle of the answer fails after the timeout', async () => {
    const message = 'Prometheus at URL has not answered within 1 s; expected a shorter query, or a longer timeout';
    const silent = await startProxy(server().url, () => {});
    expect(await problem({ prometheus: silent, ...OBI, 'prometheus-timeout': '1' })).toBe(message);
    const partial = await startProxy(server().url, (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).write('{"status":"success","data":{');
    });
    expect(await problem({ prometheus: partial, ...OBI, 'prometheus-timeout': '1' })).toBe(message);
  });
});

const protectedServer = () => ({
  ...plain(),
  web: { certificate, users: { jane: HASH } },
  user: `jane:${PASSWORD}@`,
});

await prometheusSuite('a server with TLS and users', protectedServer, server => {
  const withUser = (user: string) => server().url.replace('//', `//${user}@`);
  const ca = () => ({ 'prometheus-ca-file': file(certificate.cert, 'ca.crt') });

  test('is read with a user of the URL and its CA, and the password is not in the origin', async () => {
    const { rates, origin } = await read({ prometheus: withUser(`jane:${PASSWORD}`), ...OBI, ...ca() });
    expect(rates).toHaveLength(1);
    expect(origin).toBe(`preset obi over ${WINDOW} from ${server().url}`);
  });

  test('rejects no user and a wrong password', async () => {
    const message =
      'Prometheus at URL does not accept these credentials (401); expected a token file, or a user in the URL';
    expect(await problem({ prometheus: server().url, ...OBI, ...ca() })).toBe(message);
    expect(await problem({ prometheus: withUser(`jane:x${PASSWORD}`), ...OBI, ...ca() })).toBe(message);
  });

  test('is not trusted without its CA, and gets no credentials', async () => {
    expect(await problem({ prometheus: withUser(`jane:${PASSWORD}`), ...OBI })).toBe(
      'cannot read Prometheus at URL: its certificate is not of a trusted CA; expected that of a known CA, or a file with its CA (DEPTH_ZERO_SELF_SIGNED_CERT)',
    );
  });

  test('does not answer without encryption', async () => {
    expect(await problem({ prometheus: server().url.replace('https', 'http'), ...OBI })).toBe(
      'Prometheus at URL answers with HTTP status 400',
    );
  });
});

type Decide = (request: IncomingMessage, response: ServerResponse, forward: () => void) => void;

/** A proxy on loopback in front of the server. Returns its URL. */
async function startProxy(target: string, decide: Decide): Promise<string> {
  const proxy = createServer((request, response) =>
    decide(request, response, () => {
      const { method, headers, url = '' } = request;
      const forwarded = httpRequest(`${target}${url}`, { method, headers }, answer => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      });
      request.pipe(forwarded);
    }),
  );
  await new Promise<void>(resolve => proxy.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    proxy.closeAllConnections();
    proxy.close();
  });
  return `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
}
