import { describe, expect, test } from 'vitest';
import { errorMessageWithCause } from '../../../src/runtime/errors.ts';
import { until } from '../../support/until.ts';
import { type Call, type Script, sendStatus } from '../fake-api-server.ts';
import { line, PATHS } from '../fake-cluster.ts';
import { node } from '../objects.ts';
import { reflectNodes } from './reflector-fixture.ts';

const PAGE = `<html>
<head><title>Oops</title></head>
<body>
<h1>The proxy in front has no answer</h1>
</body>
</html>
`;

/** The format of the error: the API server's Status, or the HTML page of a proxy. */
type Speaker = 'the API server' | 'a proxy';

function fail(response: Call['response'], status: number, speaker: Speaker): true {
  if (speaker === 'the API server') return sendStatus(response, status, 'InternalError');
  response.writeHead(status, { 'content-type': 'text/html' }).end(PAGE);
  return true;
}

/** Fails the first `times` matching calls. */
function failing(times: number, about: (call: Call) => boolean, answer: (call: Call) => true): Script {
  let left = times;
  return call => (left > 0 && about(call) && left-- > 0 ? answer(call) : undefined);
}

const FAILURES = [500, 502, 503, 504].flatMap(status =>
  (['the API server', 'a proxy'] as const).map(speaker => ({ status, speaker })),
);

describe.each(FAILURES)('a $status from $speaker', ({ status, speaker }) => {
  test('on the first streaming list is retried with growing delays', async () => {
    const { cluster, clock, reflector, names, lines } = await reflectNodes();
    cluster.set(PATHS.nodes, node('n1', 'zone-a'));
    cluster.server.scripts.unshift(
      failing(
        3,
        () => true,
        ({ response }) => fail(response, status, speaker),
      ),
    );
    reflector.start();
    const waits = [await clock.passBackoff(), await clock.passBackoff(), await clock.passBackoff()];
    expect(waits).toEqual([800, 1600, 3200]);
    await reflector.status.whenSynced;
    expect(names()).toBe('n1');
    expect(reflector.status).toMatchObject({ lastError: null, watchErrors: 3, relists: 0 });
    const errors = lines.filter(({ level }) => level === 'warn').map(({ fields }) => String(fields['error']));
    expect(errors).toHaveLength(3);
    for (const error of errors) expect(error).toMatch(new RegExp(`^API server answered ${status}: [^\\n]+$`));
  });

  test('on a page of a list restarts the list, and the view is kept until the new list is complete', async () => {
    const { cluster, clock, sync, sees, views, reflector } = await reflectNodes();
    cluster.watchList = false;
    cluster.set(PATHS.nodes, node('old', 'zone-a'));
    await sync();
    cluster.delete(PATHS.nodes, 'old');
    await sees('');
    cluster.set(PATHS.nodes, node('n000', 'zone-a'));
    await sees('n000');
    const [watch] = cluster.watchesOf(PATHS.nodes);
    cluster.watches.clear();
    cluster.delete(PATHS.nodes, 'n000');
    const all = Array.from({ length: 501 }, (_, i) => `n${String(i + 1).padStart(3, '0')}`);
    for (const name of all) cluster.set(PATHS.nodes, node(name, 'zone-a'));
    cluster.compact();
    cluster.server.scripts.unshift(
      failing(
        1,
        ({ query }) => query.has('continue'),
        ({ response }) => fail(response, status, speaker),
      ),
    );
    watch?.end();
    // After the expired version, and after the failure.
    expect([await clock.passBackoff(), await clock.passBackoff()]).toEqual([800, 800]);
    await sees(all.join(' '));
    expect(views).toEqual(['old', '', 'n000', all.join(' ')]);
    expect(reflector.status).toMatchObject({ relists: 1, watchErrors: 1, lastError: null });
  });

  test('on a watch is retried, the view is kept, and missed changes are caught up', async () => {
    const { cluster, clock, sync, sees, views, reflector, reconnects } = await reflectNodes();
    for (const name of ['n1', 'n2']) cluster.set(PATHS.nodes, node(name, 'zone-a'));
    await sync();
    cluster.server.scripts.unshift(
      failing(
        3,
        () => true,
        ({ response }) => fail(response, status, speaker),
      ),
    );
    cluster.watchesOf(PATHS.nodes)[0]?.end();
    expect([await clock.passBackoff(), await clock.passBackoff()]).toEqual([800, 1600]);
    await until('three failures', () => reflector.status.watchErrors === 3);
    cluster.delete(PATHS.nodes, 'n1');
    cluster.set(PATHS.nodes, node('n3', 'zone-a'));
    expect(views).toEqual(['n1 n2']);
    expect(await clock.passBackoff()).toBe(3200);
    await sees('n2 n3');
    expect(reconnects.count).toBe(1);
    expect(reflector.status).toMatchObject({ lastError: null, watchErrors: 3 });
  });
});

describe('a server that fails', () => {
  test('with Retry-After is not called before that time', async () => {
    const { cluster, clock, reflector } = await reflectNodes();
    const busy = failing(
      1,
      () => true,
      ({ response }) => sendStatus(response, 503, 'ServiceUnavailable', { 'retry-after': '9' }),
    );
    cluster.server.scripts.unshift(busy);
    reflector.start();
    expect(await clock.passBackoff()).toBe(9_000);
    await reflector.status.whenSynced;
  });

  test('in the middle of a watch is called again, and the view is kept', async () => {
    const { cluster, clock, sync, sees, views, reflector } = await reflectNodes();
    cluster.set(PATHS.nodes, node('n1', 'zone-a'));
    await sync();
    const [watch] = cluster.watchesOf(PATHS.nodes);
    cluster.watches.clear();
    watch?.end(line('ERROR', { kind: 'Status', code: 500, reason: 'InternalError', message: 'etcd is unavailable' }));
    await until(
      'the failure',
      () => errorMessageWithCause(reflector.status.lastError) === 'API server answered 500: etcd is unavailable',
    );
    cluster.set(PATHS.nodes, node('n2', 'zone-a'));
    expect(await clock.passBackoff()).toBe(800);
    await sees('n1 n2');
    expect(views).toEqual(['n1', 'n1 n2']);
  });

  test('with an HTML page and status 200 does not change the view', async () => {
    const { cluster, clock, sync, views, reflector } = await reflectNodes();
    cluster.set(PATHS.nodes, node('n1', 'zone-a'));
    await sync();
    const page = failing(
      2,
      () => true,
      ({ response }) => {
        response.writeHead(200, { 'content-type': 'text/html' }).end(PAGE);
        return true;
      },
    );
    cluster.server.scripts.unshift(page);
    cluster.watchesOf(PATHS.nodes)[0]?.end();
    expect([await clock.passBackoff(), await clock.passBackoff()]).toEqual([800, 1600]);
    await until('a relist', () => reflector.status.relists === 1);
    expect(views).toEqual(['n1']);
  });
});
