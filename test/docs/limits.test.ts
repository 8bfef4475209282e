import { expect, test } from 'vitest';
import { RESPONSE_MARGIN_MS } from '../../src/admission/deadline.ts';
import { MAX_WARNINGS } from '../../src/admission/respond.ts';
import { MAX_REPORTED_ITEMS } from '../../src/admission/violations.ts';
import { DEFAULT_CONFIG } from '../../src/config/config.ts';
import { MAX_COUNT_BYTES } from '../../src/controller/audit/stripped-defaults.ts';
import { MAX_PREDICTION_BYTES, RESULT_BOUNDS } from '../../src/engine/evaluation-cache.ts';
import { MAX_IGNORE_CHARS } from '../../src/engine/exemption.ts';
import { MAX_SELECTOR_CHARS } from '../../src/model/label-selector.ts';
import { CAPACITY, MAX_BODY_BYTES, SERVER_TIMEOUTS } from '../../src/serving/limits.ts';
import { createMetrics } from '../../src/serving/metrics.ts';
import { OPS_CAPACITY } from '../../src/serving/ops-app.ts';
import { MAX_STEPS } from '../../src/topology/work-budget.ts';
import { SMALL_BODY_BYTES } from '../../src/webhook/review-body.ts';
import { MAX_LIST_BYTES } from '../../src/webhook/review-fields.ts';
import { MAX_LOGGED_LENGTH } from '../../src/webhook/review-log.ts';
import { MAX_NESTING, SMALL_VALUE_BYTES } from '../../src/webhook/value-copier.ts';
import { read } from './pages.ts';

const count = (value: number) => value.toLocaleString('en');
const seconds = (millis: number) => `${millis / 1000} s`;
const size = (bytes: number) => (bytes < 1024 ** 2 ? `${bytes / 1024} KiB` : `${bytes / 1024 ** 2} MiB`);

const LIMITS: Readonly<Record<string, string>> = {
  'body of a review': size(MAX_BODY_BYTES),
  'large body': size(CAPACITY.largeBodyBytes),
  'one list or map of a large body, such as the ports (about 10,000)': size(MAX_LIST_BYTES),
  'one text of a large body, such as an annotation': size(SMALL_VALUE_BYTES),
  [`stored parts of all bodies above ${size(SMALL_BODY_BYTES)}`]: size(CAPACITY.maxBodyMemoryBytes),
  'nesting of a field that is read, in a large body': `${MAX_NESTING} levels`,
  'request line and headers': size(CAPACITY.headerBytes),
  'steps of one evaluation': count(MAX_STEPS),
  'time of one evaluation': `\`timeoutSeconds\` less ${RESPONSE_MARGIN_MS} ms`,
  'concurrent reviews with a Pod look-up': `\`serving.maxConcurrent\`, ${DEFAULT_CONFIG.serving.maxConcurrent}`,
  connections: count(CAPACITY.connections),
  'connections of one address': count(CAPACITY.connectionsPerSource),
  'connections before the end of their TLS handshake': count(CAPACITY.handshakes),
  'connections of the operations port': count(OPS_CAPACITY.connections),
  'connections of one address to it': count(OPS_CAPACITY.connectionsPerSource),
  'time of a TLS handshake': seconds(SERVER_TIMEOUTS.handshakeMs),
  'time until the headers are complete': seconds(SERVER_TIMEOUTS.headersMs),
  'time until the request is complete': seconds(SERVER_TIMEOUTS.requestMs),
  'idle connection': seconds(SERVER_TIMEOUTS.keepAliveMs),
  'requests of one connection': count(CAPACITY.requestsPerConnection),
  'cached results': size(RESULT_BOUNDS.maxBytes),
  'cached predictions': size(MAX_PREDICTION_BYTES),
  'counts of defaults that updates took away': size(MAX_COUNT_BYTES),
  'schema errors of one list': `${MAX_REPORTED_ITEMS} items`,
  '`zonewise.dev/ignore`': `${count(MAX_IGNORE_CHARS)} characters`,
  'a label selector, such as `zonewise.dev/client-nodes`': `${count(MAX_SELECTOR_CHARS)} characters`,
  'a name in a log line': `${MAX_LOGGED_LENGTH} characters`,
  'warnings of one response': count(MAX_WARNINGS),
};

const [, section = ''] = /^## Limits\n(.*?)^## /ms.exec(read('docs/operations.md')) ?? [];
const rows = section
  .split('\n')
  .filter(line => line.startsWith('| '))
  .slice(1)
  .map(line => line.split('|').map(cell => cell.trim()));

test('docs/operations.md has every limit with its value', () => {
  expect(Object.fromEntries(rows.map(([, limit = '', value = '']) => [limit, value]))).toEqual(LIMITS);
});

test('the metrics that show a limit exist', async () => {
  const text = await createMetrics({ processMetrics: false }).text();
  const named = rows.flatMap(([, , , , metric = '']) => [...metric.matchAll(/zonewise_\w+/g)].map(([name]) => name));
  expect(named.filter(name => !text.includes(`# TYPE ${name} `))).toEqual([]);
  expect(named.length).toBeGreaterThan(10);
});
