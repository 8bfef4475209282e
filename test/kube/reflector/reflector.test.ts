import { describe, expect, test } from 'vitest';
import { StoppedError } from '../../../src/kube/client/errors.ts';
import { until } from '../../support/until.ts';
import { sendStatus } from '../fake-api-server.ts';
import { line, PATHS } from '../fake-cluster.ts';
import { node } from '../objects.ts';
import { reflectNodes } from './reflector-fixture.ts';

describe('the first list', () => {
  test('is streamed if the server supports it, and becomes visible in one step', async () => {
    const { cluster, sync, names, views } = await reflectNodes();
    for (const name of ['n1', 'n2', 'n3']) cluster.set(PATHS.nodes, node(name, 'zone-a'));
    await sync();
    expect(names()).toBe('n1 n2 n3');
    expect(views).toEqual(['n1 n2 n3']);
    const calls = cluster.calls(PATHS.nodes);
    expect(calls).toHaveLength(1);
    expect(Object.fromEntries(calls[0]?.query ?? [])).toEqual({
      watch: 'true',
      allowWatchBookmarks: 'true',
      timeoutSeconds: '300',
      sendInitialEvents: 'true',
      resourceVersionMatch: 'NotOlderThan',
      resourceVersion: '',
    });
  });

  test('is paged by 500 if the server cannot stream it', async () => {
    const { cluster, sync, reflector, names } = await reflectNodes();
    cluster.watchList = false;
    const all = Array.from({ length: 1201 }, (_, i) => `n${String(i).padStart(4, '0')}`);
    for (const name of all) cluster.set(PATHS.nodes, node(name, 'zone-a'));
    await sync();
    expect(names()).toBe(all.join(' '));
    const queries = cluster.calls(PATHS.nodes).map(call => call.query);
    expect(queries.map(query => query.get('limit'))).toEqual([null, '500', '500', '500', null]);
    expect(queries.at(-1)?.get('resourceVersion')).toBe(String(cluster.version));
    expect(reflector.status.watchErrors).toBe(0);
  });

  test('is read in one piece if its pages expire', async () => {
    const { cluster, sync, names } = await reflectNodes();
    cluster.watchList = false;
    for (let i = 0; i < 501; i++) cluster.set(PATHS.nodes, node(`n${i}`, 'zone-a'));
    cluster.server.scripts.unshift(call => {
      if (call.query.has('continue')) cluster.compact();
      return undefined;
    });
    await sync();
    expect(names().split(' ')).toHaveLength(501);
    expect(cluster.calls(PATHS.nodes).map(call => call.query.get('limit'))).toEqual([null, '500', '500', null, null]);
  });

  test('is paged if a server streams but never announces the end', async () => {
    const { cluster, clock, reflector, sees } = await reflectNodes();
    cluster.set(PATHS.nodes, node('n1', 'zone-a'));
    cluster.server.scripts.unshift(({ query, response }) => {
      if (!query.has('sendInitialEvents')) return undefined;
      response.writeHead(200).write(line('ADDED', node('n1', 'zone-a')));
      return true;
    });
    reflector.start();
    expect(await clock.passTimer(30_000, 30_000)).toBe(30_000);
    await sees('n1');
    expect(reflector.status.watchErrors).toBe(0);
  });

  test('rejects its waiters when the reflector is stopped before it is complete', async () => {
    const { cluster, reflector } = await reflectNodes();
    cluster.server.scripts.unshift(({ response }) => sendStatus(response, 403, 'Forbidden'));
    reflector.start();
    await until('a refusal', () => reflector.status.lastError !== null);
    expect(reflector.status.lastError).toMatchObject({ message: 'API server answered 403: Forbidden by script' });
    await reflector.stop();
    await expect(reflector.status.whenSynced).rejects.toThrow(StoppedError);
  });
});

describe('a watch', () => {
  test('applies added, changed and deleted objects', async () => {
    const { cluster, sync, sees, views } = await reflectNodes();
    await sync();
    cluster.set(PATHS.nodes, node('n1', 'zone-a'));
    await sees('n1');
    cluster.set(PATHS.nodes, node('n2', 'zone-a'));
    cluster.set(PATHS.nodes, node('n1', 'zone-b'));
    cluster.delete(PATHS.nodes, 'n2');
    await until('four views', () => views.length === 4);
    expect(views).toEqual(['n1', 'n1 n2', 'n1 n2', 'n1']);
  });

  test('resumes from the version of the last bookmark when the server ends it', async () => {
    const { cluster, sync, watching, sees, reconnects, reflector } = await reflectNodes();
    await sync();
    cluster.bookmark(PATHS.nodes);
    const version = String(cluster.version);
    for (const watch of cluster.watchesOf(PATHS.nodes)) watch.end();
    await until('the next watch', () => cluster.calls(PATHS.nodes).length === 2);
    expect(cluster.calls(PATHS.nodes)[1]?.query.get('resourceVersion')).toBe(version);
    await watching();
    cluster.set(PATHS.nodes, node('n1', 'zone-a'));
    await sees('n1');
    // Ended early: another server, perhaps of another version, may answer now.
    expect(reconnects.count).toBe(1);
    expect(reflector.status.watchErrors).toBe(0);
  });

  test('decodes characters that span two chunks', async () => {
    const { cluster, sync, reflector, sees } = await reflectNodes();
    await sync();
    const bytes = Buffer.from(line('ADDED', { metadata: { name: 'knoten-äöü-🌍', resourceVersion: '900' } }));
    const [watch] = cluster.watchesOf(PATHS.nodes);
    for (const byte of bytes) {
      watch?.write(Uint8Array.of(byte));
      await new Promise(setImmediate);
    }
    await sees('knoten-äöü-🌍');
    expect(reflector.status.watchErrors).toBe(0);
  });

  test('keeps the view after an unreadable line, and lists again', async () => {
    const { cluster, clock, sync, reflector, views } = await reflectNodes();
    cluster.set(PATHS.nodes, node('n1', 'zone-a'));
    await sync();
    cluster.watchesOf(PATHS.nodes)[0]?.write('{"type":"ADDED",\n');
    await clock.passBackoff();
    await until('a relist', () => reflector.status.relists === 1);
    expect(views).toEqual(['n1']);
  });

  test('that ends without even a bookmark is not trusted: everything is listed again', async () => {
    const { cluster, clock, sync, reflector, watching } = await reflectNodes();
    await sync();
    cluster.bookmark(PATHS.nodes);
    cluster.watchesOf(PATHS.nodes)[0]?.end();
    await until('the second watch', () => cluster.calls(PATHS.nodes).length === 2);
    await watching();
    await until('its answer is read', () => clock.pending().length === 1);
    clock.advance(300_000);
    cluster.watchesOf(PATHS.nodes)[0]?.end();
    await until('a relist', () => reflector.status.relists === 1);
  });
});
