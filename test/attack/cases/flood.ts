import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { eventually } from '../../e2e/waiting.ts';
import { type AttackedCluster, BAD_MODE, GOOD_MODE, serviceWithMode } from '../environment.ts';

const CONNECTIONS = 1_024;
const REOPENED_EVERY_MS = 10_000;

/** Keeps so many TCP connections to the port open that send nothing, and opens all of them anew every ten seconds. */
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
}
