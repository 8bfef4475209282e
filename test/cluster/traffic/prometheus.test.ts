import { describe, expect, test } from 'vitest';
import { prometheusServer, type ServerInput } from '../../../src/cluster/traffic/prometheus-server.ts';
import { readPrometheusTraffic, type TrafficQuery } from '../../../src/cluster/traffic/prometheus-traffic.ts';
import type { MeasuredTraffic } from '../../../src/model/measured-traffic.ts';
import { InputError } from '../../../src/runtime/errors.ts';
import { answering, fakePrometheus, type Respond, type Series, vectorBody } from '../../support/fake-prometheus.ts';

const BY_QUERY: TrafficQuery = {
  kind: 'free',
  promql: 'sum by (svc, ns, node, zone) (rate(x[1h]))',
  labels: { service: 'svc', namespace: 'ns', node: 'node', zone: 'zone' },
  unit: 'bytes',
};

interface Setup {
  readonly request?: TrafficQuery;
  readonly timeoutMs?: number;
  readonly maxAnswerBytes?: number;
  readonly input?: Omit<ServerInput, 'url'>;
  readonly path?: string;
}

async function prepare(respond: Respond, { request = BY_QUERY, path = '', input = {}, ...options }: Setup = {}) {
  const { url, received } = await fakePrometheus(respond);
  const server = prometheusServer({ url: `${url}${path}`, ...input });
  const read = () => readPrometheusTraffic(server, request, { timeoutMs: 10_000, ...options });
  return { url, received, read };
}

async function measured(respond: Respond, setup: Setup = {}): Promise<MeasuredTraffic> {
  return (await prepare(respond, setup)).read();
}

async function problem(respond: Respond, setup: Setup = {}): Promise<string> {
  const { read, url } = await prepare(respond, setup);
  const error: unknown = await read().then(
    () => null,
    (cause: unknown) => cause,
  );
  expect(error).toBeInstanceOf(InputError);
  return error instanceof InputError ? error.message.replaceAll(url, 'URL') : '';
}

function series(...list: readonly Series[]): Respond {
  return answering(vectorBody(list));
}

const WEB = { svc: 'web', ns: 'shop' };

describe('an instant vector', () => {
  test('becomes rates of Services by node', async () => {
    const { unit, rates, leftOut } = await measured(
      series([{ ...WEB, node: 'n1' }, '1500.5'], [{ ...WEB, node: 'n2', zone: 'zone-b' }, '2e3']),
    );
    expect({ unit, rates, leftOut }).toEqual({
      unit: 'bytes',
      rates: [
        { namespace: 'shop', service: 'web', from: { kind: 'node', name: 'n1' }, perSecond: 1500.5 },
        { namespace: 'shop', service: 'web', from: { kind: 'node', name: 'n2' }, perSecond: 2000 },
      ],
      leftOut: [],
    });
  });

  test('becomes rates by zone if no series has a node', async () => {
    const { rates, measured: sources } = await measured(
      series([{ ...WEB, node: '10.0.0.1:9090', zone: 'zone-b' }, '1']),
    );
    expect(rates.map(({ from }) => from)).toEqual([{ kind: 'zone', name: 'zone-b' }]);
    expect(sources).toEqual({ nodes: new Set(), zones: new Set(['zone-b']) });
  });

  test('does not mix nodes and zones', async () => {
    const { rates, leftOut } = await measured(series([{ ...WEB, node: 'n1' }, '1'], [{ ...WEB, zone: 'zone-b' }, '1']));
    expect(rates.map(({ from }) => from)).toEqual([{ kind: 'node', name: 'n1' }]);
    expect(leftOut).toEqual(['1 series without a node in the label node, which others have']);
  });

  test('adds the series of one Service and source', async () => {
    const { rates } = await measured(
      series([{ ...WEB, node: 'n1', pod: 'a' }, '1'], [{ ...WEB, node: 'n1', pod: 'b' }, '2']),
    );
    expect(rates.map(({ perSecond }) => perSecond)).toEqual([3]);
  });

  test('says which nodes are measured, so that one without a rate to a Service sends it nothing', async () => {
    const { measured: sources } = await measured(
      series([{ ...WEB, node: 'n1' }, '1'], [{ ...WEB, svc: 'api', node: 'n2' }, '1']),
    );
    expect(sources).toEqual({ nodes: new Set(['n1', 'n2']), zones: new Set() });
  });

  test('says which zones are measured, in the same way', async () => {
    const { rates, measured: sources } = await measured(
      series([{ ...WEB, zone: 'zone-a' }, '5'], [{ ...WEB, svc: 'api', zone: 'zone-b' }, '7']),
    );
    expect(rates).toHaveLength(2);
    expect(sources).toEqual({ nodes: new Set(), zones: new Set(['zone-a', 'zone-b']) });
  });

  test('leaves out and counts what is not usable', async () => {
    const absurd = ['NaN', '+Inf', '-Inf', '-1', '1e300', '', '0x10', 'many'];
    const { rates, leftOut } = await measured(
      answering({
        status: 'success',
        data: {
          resultType: 'vector',
          result: [
            ...absurd.map((value, i) => ({ metric: { ...WEB, node: `n${i}` }, value: [1, value] })),
            { metric: { ...WEB, node: 'native' }, histogram: [1, { count: '3', sum: '9' }] },
            { metric: { ...WEB, node: 'n1' }, value: [1, '4'] },
            { metric: { svc: 'web', node: 'n1' }, value: [1, '4'] },
            { metric: { svc: 'unknown', ns: 'shop', node: 'n1' }, value: [1, '4'] },
            { metric: { ...WEB, node: '10.0.0.1:9090' }, value: [1, '4'] },
            { metric: { ...WEB, zone: 'unknown' }, value: [1, '4'] },
            'not an object',
          ],
        },
      }),
    );
    expect(rates).toHaveLength(1);
    expect(leftOut).toEqual([
      '3 series without a Service in the labels ns and svc',
      '2 series without a node in the label node, which others have',
      '9 series whose value is not a number from 0 to 1000000000000000',
    ]);
  });

  test('comes with the warnings of the server, and with its remarks about a query of the user', async () => {
    const body = vectorBody([[{ ...WEB, node: 'n1' }, '1']], {
      warnings: ['store a\n is down', 'w2', 'w3', 'w4'],
      infos: ['metric might not be a counter'],
    });
    expect((await measured(answering(body))).leftOut).toEqual([
      '4 warnings of the server: store a is down, w2, w3 and 1 more',
      '1 remark of the server: metric might not be a counter',
    ]);
  });
});

describe('the request', () => {
  const one = series([{ ...WEB, node: 'n1' }, '1']);

  test('is a form that is posted below the path of the URL', async () => {
    const { read, received } = await prepare(one, { path: '/prometheus/' });
    await read();
    const [{ method, path, authorization, acceptEncoding, form } = {}] = received;
    expect({ method, path, authorization, acceptEncoding }).toEqual({
      method: 'POST',
      path: '/prometheus/api/v1/query',
      authorization: '',
      acceptEncoding: 'identity',
    });
    expect(Object.fromEntries(form ?? [])).toEqual({
      query: 'sum by (svc, ns, node, zone) (rate(x[1h]))',
      timeout: '10000ms',
      limit: '200001',
    });
  });

  test('is repeated as GET if a proxy does not allow POST', async () => {
    const { read, received } = await prepare((response, query) =>
      query.method === 'POST' ? answering('', 405)(response, query) : one(response, query),
    );
    expect((await read()).rates).toHaveLength(1);
    expect(received.map(({ method, form }) => [method, form.get('query')])).toEqual([
      ['POST', BY_QUERY.kind === 'free' && BY_QUERY.promql],
      ['GET', BY_QUERY.kind === 'free' && BY_QUERY.promql],
    ]);
  });

  test('has the token of a file, or the user of the URL', async () => {
    const bearer = await prepare(one, { input: { token: 'secret-token\n' } });
    await bearer.read();
    expect(bearer.received.map(({ authorization }) => authorization)).toEqual(['Bearer secret-token']);
    const { url, received } = await fakePrometheus(one);
    const server = prometheusServer({ url: url.replace('http://', 'http://jane:s%20cret@') });
    const { origin } = await readPrometheusTraffic(server, BY_QUERY, { timeoutMs: 10_000 });
    expect(received.map(({ authorization }) => authorization)).toEqual([
      `Basic ${Buffer.from('jane:s cret').toString('base64')}`,
    ]);
    expect(origin).toBe(`query sum by (svc, ns, node, zone) (rate(x[1h])) from ${url}`);
  });

  test.each(['glpat-T0%4bEN', 'glpat-T0%4bEN:x-oauth', 'T0%4bEN:T0%4bEN-and-more'])(
    'does not repeat %s, a token as the user, in the words of the server',
    async credentials => {
      const { url } = await fakePrometheus((response, query) => {
        const pair = Buffer.from(query.authorization.replace('Basic ', ''), 'base64').toString();
        const body = { status: 'error', errorType: 'bad_data', error: `not ${pair}, ${credentials}` };
        answering(body, 400)(response, query);
      });
      const server = prometheusServer({ url: url.replace('http://', `http://${credentials}@`) });
      const error: unknown = await readPrometheusTraffic(server, BY_QUERY, { timeoutMs: 10_000 }).catch(
        (cause: unknown) => cause,
      );
      expect(String(error)).toContain('***');
      expect(String(error)).not.toMatch(/T0(K|%4b)EN|oauth|and-more/);
    },
  );
});

describe('an answer that is not usable', () => {
  const cases: readonly (readonly [what: string, respond: Respond, message: string])[] = [
    [
      'a rejected query has the message of Prometheus',
      answering({ status: 'error', errorType: 'bad_data', error: 'parse error:\n unexpected "}"' }, 400),
      'Prometheus at URL rejects the query (400): parse error: unexpected "}"',
    ],
    [
      'a query that cannot be evaluated',
      answering({ status: 'error', errorType: 'execution', error: 'found duplicate series' }, 422),
      'Prometheus at URL rejects the query (422): found duplicate series',
    ],
    [
      'a timeout of the server',
      answering({ status: 'error', errorType: 'timeout', error: 'query timed out' }, 503),
      'Prometheus at URL has stopped the query, as it took too long (503): query timed out; expected a shorter window, or a longer timeout',
    ],
    [
      'an internal error',
      answering({ status: 'error', errorType: 'internal', error: 'x'.repeat(1000) }, 500),
      `Prometheus at URL answers with an error (500): ${'x'.repeat(300)}...`,
    ],
    [
      'unknown credentials',
      answering('Unauthorized', 401),
      'Prometheus at URL does not accept these credentials (401); expected a token file, or a user in the URL',
    ],
    [
      'credentials without permission',
      answering({ status: 'error', errorType: 'forbidden', error: 'no' }, 403),
      'Prometheus at URL forbids the query (403); expected credentials that may read /api/v1/query',
    ],
    [
      'a path that is not there',
      answering('<html>not found</html>', 404),
      'Prometheus at URL has no /api/v1/query (404); expected the URL of its API, with the path before /api/v1',
    ],
    [
      'neither POST nor GET',
      answering('', 405),
      'Prometheus at URL has no /api/v1/query (405); expected the URL of its API, with the path before /api/v1',
    ],
    [
      'a redirect to a login page, whose path and query are not printed',
      answering('', 302, { location: 'https://jane:pw@login.example/x?state=secret' }),
      'Prometheus at URL redirects to https://login.example (302), which zonewise does not follow; expected the URL of its API',
    ],
    [
      'an overloaded server',
      answering('<html>secret</html>', 503),
      'Prometheus at URL answers with HTTP status 503; try again later',
    ],
    [
      'a page instead of JSON',
      answering('<html>hello</html>'),
      'Prometheus at URL does not answer as Prometheus does; expected JSON with a vector from /api/v1/query',
    ],
    [
      'JSON of another program',
      answering(['status']),
      'Prometheus at URL does not answer as Prometheus does; expected JSON with a vector from /api/v1/query',
    ],
    [
      'a success without data',
      answering({ status: 'success', data: { resultType: 'vector', result: null } }),
      'Prometheus at URL does not answer as Prometheus does; expected JSON with a vector from /api/v1/query',
    ],
    [
      'a range vector',
      answering({ status: 'success', data: { resultType: 'matrix', result: [] } }),
      'the query returns a matrix; expected an instant vector, such as sum by (...) (rate(...))',
    ],
    [
      'a scalar',
      answering({ status: 'success', data: { resultType: 'scalar', result: [1, '2'] } }),
      'the query returns a scalar; expected an instant vector, such as sum by (...) (rate(...))',
    ],
    [
      'a cut connection',
      response => response.destroy(),
      'cannot read Prometheus at URL: the connection was cut; check proxy and firewall (UND_ERR_SOCKET)',
    ],
    [
      'no series',
      series(),
      'query sum by (svc, ns, node, zone) (rate(x[1h])) from URL has no data: no series; without measured traffic, zonewise uses shares by CPU',
    ],
    [
      'no usable series',
      series([{ svc: 'web' }, '1']),
      'query sum by (svc, ns, node, zone) (rate(x[1h])) from URL has no usable series: 1 series without a Service in the labels ns and svc; without measured traffic, zonewise uses shares by CPU',
    ],
  ];

  test.each(cases)('%s', async (_, respond, message) => {
    expect(await problem(respond)).toBe(message);
  });

  test('a server that never answers fails after the timeout', async () => {
    expect(await problem(() => {}, { timeoutMs: 1000 })).toBe(
      'Prometheus at URL has not answered within 1 s; expected a shorter query, or a longer timeout',
    );
  });

  test('a server that stops in the middle of an answer fails after the timeout', async () => {
    const stalls: Respond = response => {
      response.writeHead(200).write('{"status":');
    };
    expect(await problem(stalls, { timeoutMs: 1000 })).toContain('has not answered within 1 s');
  });

  test('an endless answer is cut', async () => {
    const endless: Respond = response => {
      const more = () => {
        while (response.write('x'.repeat(65_536)));
      };
      response.writeHead(200).on('drain', more);
      more();
    };
    expect(await problem(endless, { maxAnswerBytes: 1_000_000 })).toBe(
      'Prometheus at URL sends a larger answer than zonewise reads: the answer is larger than 1000000 bytes; expected fewer series',
    );
  });

  test('more series than are read', async () => {
    const many = Array.from({ length: 200_001 }, (): Series => [{}, '1']);
    expect(await problem(series(...many))).toBe(
      'Prometheus at URL returns more than 200000 series; expected fewer, by matchers or by a sum over the labels that are read',
    );
  });

  test('a port without a server', async () => {
    const server = prometheusServer({ url: 'http://127.0.0.1:1' });
    await expect(readPrometheusTraffic(server, BY_QUERY, { timeoutMs: 10_000 })).rejects.toThrow(
      'cannot read Prometheus at http://127.0.0.1:1: connection refused; expected a server on this port (ECONNREFUSED)',
    );
  });
});

describe('a preset without data', () => {
  const request: TrafficQuery = {
    kind: 'preset',
    name: 'istio-sidecar-bytes',
    range: { window: '1h', matchers: 'cluster="a"' },
  };
  const answers = (...names: readonly string[]): Respond => {
    return (response, { form }) => {
      const isPreset = form.get('query')?.includes('rate(') === true;
      const found = names.map((name): Series => [{ __name__: name }, '1']);
      answering(vectorBody(isPreset ? [] : found))(response, { form } as never);
    };
  };

  test('names the metrics that the server does not have', async () => {
    expect(await problem(answers('istio_request_bytes_sum'), { request })).toBe(
      'preset istio-sidecar-bytes over 1h from URL has no data: the server has no istio_tcp_received_bytes_total there; without measured traffic, zonewise uses shares by CPU',
    );
  });

  test('says if its metrics are there', async () => {
    const found = answers('istio_request_bytes_sum', 'istio_tcp_received_bytes_total');
    expect(await problem(found, { request })).toContain(
      'the server has istio_tcp_received_bytes_total and istio_request_bytes_sum, but no series to a Service of this cluster',
    );
  });
});

describe('credentials', () => {
  test('are removed from what the server sends back', async () => {
    const token = 'tok-en';
    const echo: Respond = (response, query) =>
      answering({ status: 'error', errorType: 'bad_data', error: `you sent ${query.authorization}` }, 400)(
        response,
        query,
      );
    expect(await problem(echo, { input: { token } })).toBe(
      'Prometheus at URL rejects the query (400): you sent Bearer ***',
    );
    const { leftOut } = await measured(
      answering(vectorBody([[{ ...WEB, node: 'n1' }, '1']], { warnings: [`store of ${token}`] })),
      { input: { token } },
    );
    expect(leftOut).toEqual(['1 warning of the server: store of ***']);
  });

  test('are not in the message of a URL that cannot be used', () => {
    const urls = [
      'jane:s3cret@prom.example',
      'https://jane:s3cret@prom.example:99999',
      'ftp://jane:s3cret@prom.example',
      'https://jane:s3cret@prom.example/?x=1',
      'https://jane:s3cret@prom.example/api/v1/query',
      'http://jane:s3cret@prom.example',
      'https://jane:s3cret%zz@prom.example',
    ];
    for (const url of urls) {
      expect(() => prometheusServer({ url }), url).toThrow(InputError);
      expect(() => prometheusServer({ url }), url).not.toThrow('s3cret');
    }
  });

  test('go to a server without encryption only on loopback', () => {
    expect(() => prometheusServer({ url: 'http://prom.example', token: 't' })).toThrow(
      'the URL of Prometheus is not encrypted, and credentials are given; expected https://, or a loopback address',
    );
    for (const host of ['localhost:9090', '127.0.0.1', '[::1]:9090']) {
      expect(prometheusServer({ url: `http://${host}`, token: 't' }).authorization).toBe('Bearer t');
    }
  });

  test('are of one kind, and a token is one word', () => {
    expect(() => prometheusServer({ url: 'https://jane:x@prom.example', token: 't' })).toThrow(
      'expected one of the two',
    );
    expect(() => prometheusServer({ url: 'https://prom.example', token: 'two words' })).toThrow(
      'the bearer token of Prometheus is not one word of ASCII characters',
    );
  });
});

test('a CA must be a certificate, and needs https', () => {
  expect(() => prometheusServer({ url: 'https://prom.example', ca: 'nonsense' })).toThrow(
    'the CA of Prometheus is not a certificate in PEM form',
  );
  expect(() => prometheusServer({ url: 'http://prom.example', ca: 'nonsense' })).toThrow('expected https://');
});
