import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { describe, expect, test } from 'vitest';
import { eventually } from '../../e2e/waiting.ts';
import {
  type AttackedCluster,
  BAD_MODE,
  GOOD_MODE,
  MEMORY_LIMIT_MIB,
  peakRssMib,
  serviceWithMode,
} from '../environment.ts';

const CONNECTIONS = 1_024;
const REOPENED_EVERY_MS = 10_000;

/** Keeps this many TCP connections to the port open that send nothing, and opens all of them again every ten seconds. */
function flood(port: number): { stop: () => Promise<void> } {
  let stopped = false;
  const sockets = new Set<Socket>();
  const openOne = () => {
    const socket = connect({ host: '127.0.0.1', port });
    sockets.add(socket);
    socket
      .on('error', () => {})
      .once('close', () => {
        sockets.delete(socket);
        // Refused while the webhook restarts, or dropped by it.
        if (!stopped) setTimeout(() => !stopped && openOne(), 100);
      });
  };
  const closeAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  const run = async () => {
    for (let opened = 0; opened < CONNECTIONS; opened++) openOne();
    while (!stopped) {
      await pause(REOPENED_EVERY_MS / 100);
      if (performance.now() % REOPENED_EVERY_MS < REOPENED_EVERY_MS / 100) closeAll();
    }
    closeAll();
  };
  const running = run();
  return {
    stop: async () => {
      stopped = true;
      await running;
    },
  };
}

export function floodAttacks(attacked: () => AttackedCluster): void {
  describe('a flood of TCP connections that send nothing', () => {
    test('does not keep the API server out, also not after a restart', async () => {
      const { create, webhook } = attacked();
      const refused = () => create(serviceWithMode(BAD_MODE), 'dry-run');
      // The control.
      expect(await refused()).toBe('DENIED');
      const flooding = flood(webhook.port);
      try {
        await eventually('connections to be dropped', () => webhook.metric('zonewise_connections_dropped_total'), {
          enough: dropped => dropped > CONNECTIONS,
        });
        expect(await refused()).toBe('DENIED');
        await webhook.stop();
        await webhook.start();
        await eventually('the API server to be served', refused, {
          enough: answer => answer === 'DENIED',
          timeoutMs: 5_000,
        });
        // It stays served, and what is allowed is allowed by an answer.
        const reviews = 'zonewise_reviews_total{webhook="validate",operation="CREATE",outcome="allowed"}';
        for (let i = 0; i < 20; i++) {
          expect(await refused()).toBe('DENIED');
          expect(await create(serviceWithMode(GOOD_MODE), 'dry-run')).toBe('ALLOWED');
          await pause(200);
        }
        expect(await webhook.metric(reviews.replaceAll(/[{}]/g, '\\$&'))).toBeGreaterThanOrEqual(20);
      } finally {
        await flooding.stop();
      }
    });
  });

  describe('requests that never end', () => {
    test('leave the webhook within the memory limit of its container, and the API server is served', async () => {
      const { create, plane, webhook } = attacked();
      const head =
        'POST /validate HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 200000\r\n\r\n';
      const sockets: TLSSocket[] = [];
      const open = async (i: number) => {
        // Two addresses, as the limit is per address.
        const below = connect({
          host: '127.0.0.1',
          port: webhook.port,
          localAddress: i % 2 === 0 ? '127.0.0.2' : '127.0.0.3',
        });
        const socket = connectTls({
          socket: below,
          ca: plane.authority.cert,
          checkServerIdentity: () => undefined,
        });
        sockets.push(socket);
        socket.on('error', () => {}).on('secureConnect', () => socket.write(`${head}{"x":"${'x'.repeat(120_000)}`));
        await Promise.race([once(socket, 'secureConnect'), once(socket, 'close')]).catch(() => {});
      };
      try {
        // Fewer at a time than the limit of handshakes.
        for (let i = 0; i < CONNECTIONS; i += 128)
          await Promise.all(Array.from({ length: 128 }, (_, k) => open(i + k)));
        await eventually('the connections', () => webhook.metric('zonewise_connections'), {
          enough: open => open >= CONNECTIONS / 2,
        });
        await eventually('a denial', () => create(serviceWithMode(BAD_MODE), 'dry-run'), {
          enough: answer => answer === 'DENIED',
        });
        expect(peakRssMib(webhook.pid() ?? 0)).toBeLessThan(MEMORY_LIMIT_MIB);
      } finally {
        for (const socket of sockets) socket.destroy();
      }
      expect(await create(serviceWithMode(BAD_MODE), 'dry-run')).toBe('DENIED');
    });
  });
}
