import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { until } from '../../support/until.ts';
import { temporaryFolder } from '../client.ts';
import { sendStatus } from '../fake-api-server.ts';
import { line, PATHS } from '../fake-cluster.ts';
import { node } from '../objects.ts';
import { reflectNodes } from './reflector-fixture.ts';

describe('an expired version', () => {
  for (const expiresBy of ['http', 'event'] as const) {
    test(`leads to a new list (reported by ${expiresBy}), without the deleted objects`, async () => {
      const { cluster, clock, sync, sees, views, reflector } = await reflectNodes();
      cluster.expiresBy = expiresBy;
      for (const name of ['n1', 'n2']) cluster.set(PATHS.nodes, node(name, 'zone-a'));
      await sync();
      const [watch] = cluster.watchesOf(PATHS.nodes);
      cluster.watches.clear();
      cluster.delete(PATHS.nodes, 'n1');
      cluster.set(PATHS.nodes, node('n3', 'zone-a'));
      cluster.compact();
      watch?.end(line('BOOKMARK', { metadata: { resourceVersion: '102' } }));
      await clock.passBackoff();
      await sees('n2 n3');
      expect(views).toEqual(['n1 n2', 'n2 n3']);
      expect(reflector.status).toMatchObject({ relists: 1, watchErrors: 0 });
    });
  }

  test('shows the old view until the new list is complete', async () => {
    const { cluster, clock, sync, sees, names, projected } = await reflectNodes();
    cluster.set(PATHS.nodes, node('old', 'zone-a'));
    await sync();
    let finish = () => {};
    cluster.server.scripts.unshift(({ query, response }) => {
      if (!query.has('sendInitialEvents')) return undefined;
      response.writeHead(200).write(line('ADDED', node('new', 'zone-a')));
      finish = () => {
        const annotations = { 'k8s.io/initial-events-end': 'true' };
        response.write(line('BOOKMARK', { metadata: { resourceVersion: '500', annotations } }));
      };
      return true;
    });
    cluster.compact();
    cluster.watchesOf(PATHS.nodes)[0]?.end(line('BOOKMARK', { metadata: { resourceVersion: '101' } }));
    await clock.passBackoff();
    const silence = () => clock.pending().filter(ms => ms === 30_000).length;
    await until('the new list is in progress', () => silence() === 1 && cluster.calls(PATHS.nodes).length === 3);
    await until('the new object is read', () => projected.includes('new'));
    expect(names()).toBe('old');
    finish();
    await sees('new');
  });
});

describe('a watch that breaks', () => {
  test('by silence is aborted by the watchdog and resumed', async () => {
    const { cluster, clock, sync, sees, reflector } = await reflectNodes();
    cluster.set(PATHS.nodes, node('n1', 'zone-a'));
    await sync();
    const [hung] = cluster.watchesOf(PATHS.nodes);
    await until('the watchdog', () => clock.pending().includes(330_000));
    clock.advance(329_999);
    expect(reflector.status.watchErrors).toBe(0);
    clock.advance(1);
    await until('the idle watch is aborted', () => hung?.closed === true);
    expect(reflector.status.lastError).toMatchObject({ message: 'the watch was silent for 330 s' });
    await clock.passBackoff();
    cluster.set(PATHS.nodes, node('n2', 'zone-a'));
    await sees('n1 n2');
    expect(reflector.status).toMatchObject({ relists: 0, watchErrors: 1 });
  });

  test('is not idle while bookmarks arrive', async () => {
    const { cluster, clock, sync, reflector } = await reflectNodes();
    await sync();
    for (let i = 0; i < 3; i++) {
      await until('the watchdog', () => clock.pending().includes(330_000));
      clock.advance(200_000);
      cluster.bookmark(PATHS.nodes);
      await until('the bookmark', () => reflector.status.currentAt === clock.now());
    }
    expect(reflector.status.watchErrors).toBe(0);
  });

  test('in the middle of a line is resumed from the last version, and the partial line is dropped', async () => {
    const { cluster, clock, sync, sees, views, reflector } = await reflectNodes();
    await sync();
    cluster.set(PATHS.nodes, node('n1', 'zone-a'));
    await sees('n1');
    const version = String(cluster.version);
    const [watch] = cluster.watchesOf(PATHS.nodes);
    cluster.watches.clear();
    watch?.write(line('ADDED', node('n2', 'zone-a')).slice(0, 40));
    await new Promise(setImmediate);
    watch?.socket?.resetAndDestroy();
    await clock.passBackoff();
    await until('the next watch', () => cluster.calls(PATHS.nodes).length === 2);
    expect(cluster.calls(PATHS.nodes)[1]?.query.get('resourceVersion')).toBe(version);
    cluster.set(PATHS.nodes, node('n2', 'zone-b'));
    await sees('n1 n2');
    expect(views).toEqual(['n1', 'n1 n2']);
    expect(reflector.status.relists).toBe(0);
  });

  test('because the server restarts loses nothing and invents nothing', async () => {
    const { cluster, clock, sync, sees, views, reflector, reconnects } = await reflectNodes();
    for (const name of ['n1', 'n2', 'n3']) cluster.set(PATHS.nodes, node(name, 'zone-a'));
    await sync();
    cluster.expiresBy = 'event';
    await cluster.server.stop();
    const waits = [await clock.passBackoff(), await clock.passBackoff(), await clock.passBackoff()];
    expect(waits).toEqual([800, 1600, 3200]);
    await until('four failures', () => reflector.status.watchErrors === 4);
    cluster.delete(PATHS.nodes, 'n2');
    cluster.set(PATHS.nodes, node('n4', 'zone-a'));
    cluster.compact();
    expect(views).toEqual(['n1 n2 n3']);
    await cluster.server.start();
    const seenAt = reflector.status.currentAt;
    await clock.passBackoff();
    // The server works again: the delay after an expired version is not raised by the earlier failures.
    expect(await clock.passBackoff()).toBe(800);
    expect(reflector.status.currentAt).toBe(seenAt);
    await sees('n1 n3 n4');
    expect(views).toEqual(['n1 n2 n3', 'n1 n3 n4']);
    expect(reconnects.count).toBe(1);
    expect(reflector.status.lastError).toBeNull();
  });
});

describe('a server that rejects requests', () => {
  test('is not called before its Retry-After has passed', async () => {
    const { cluster, clock, reflector, lines } = await reflectNodes();
    let rejections = 1;
    cluster.server.scripts.unshift(({ response }) => {
      if (rejections-- <= 0) return undefined;
      return sendStatus(response, 429, 'TooManyRequests', { 'retry-after': '7' });
    });
    reflector.start();
    expect(await clock.passBackoff()).toBe(7_000);
    await reflector.status.whenSynced;
    expect(lines).toContainEqual(expect.objectContaining({ level: 'warn', message: 'watch failed' }));
  });

  test('because of an old token gets the current one from the file immediately', async () => {
    const tokenFile = join(temporaryFolder(), 'token');
    writeFileSync(tokenFile, 'first\n');
    const { cluster, sync, reflector, sees } = await reflectNodes({ user: `{tokenFile: ${tokenFile}}` });
    let valid = 'first';
    cluster.server.scripts.unshift(({ request, response }) => {
      if (request.headers.authorization === `Bearer ${valid}`) return undefined;
      return sendStatus(response, 401, 'Unauthorized');
    });
    await sync();
    valid = 'second';
    writeFileSync(tokenFile, 'second\n');
    cluster.set(PATHS.nodes, node('n1', 'zone-a'));
    cluster.watchesOf(PATHS.nodes)[0]?.end();
    await sees('n1');
    cluster.set(PATHS.nodes, node('n2', 'zone-a'));
    await sees('n1 n2');
    expect(reflector.status.watchErrors).toBe(0);
    const sent = cluster.calls(PATHS.nodes).map(call => call.request.headers.authorization);
    expect(sent).toEqual(['Bearer first', 'Bearer first', 'Bearer second']);
  });

  test('repeatedly is called again after a delay, and the view is kept', async () => {
    const { cluster, clock, sync, reflector, names } = await reflectNodes({ user: '{token: never-changes}' });
    cluster.set(PATHS.nodes, node('n1', 'zone-a'));
    await sync();
    let rejections = 2;
    cluster.server.scripts.unshift(({ response }) => {
      if (rejections-- <= 0) return undefined;
      return sendStatus(response, 401, 'Unauthorized');
    });
    cluster.watchesOf(PATHS.nodes)[0]?.end();
    await clock.passBackoff();
    await clock.passBackoff();
    await until('it recovers', () => reflector.status.lastError === null);
    expect(names()).toBe('n1');
    expect(reflector.status).toMatchObject({ relists: 0, watchErrors: 2 });
  });
});
