import { setTimeout as pause } from 'node:timers/promises';

const TICK_MS = 50;

export interface LoadStep {
  readonly perSecond: number;
  readonly act: () => Promise<void>;
}

/** Runs each action at its rate per second, evenly, for this long; rejects if one fails. */
export async function runAtRate(paces: readonly LoadStep[], seconds: number): Promise<void> {
  const begin = performance.now();
  const done = paces.map(() => 0);
  const underWay = new Set<Promise<void>>();
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => {});
  const start = (act: LoadStep['act']) => {
    const running = act()
      .catch(failed.reject)
      .finally(() => underWay.delete(running));
    underWay.add(running);
  };
  for (let passed = 0; passed < seconds; passed = (performance.now() - begin) / 1000) {
    for (const [index, { perSecond, act }] of paces.entries()) {
      for (let owed = Math.floor(passed * perSecond) - (done[index] ?? 0); owed > 0; owed--) {
        start(act);
        done[index] = (done[index] ?? 0) + 1;
      }
    }
    await Promise.race([pause(TICK_MS), failed.promise]);
  }
  await Promise.race([Promise.all(underWay), failed.promise]);
}
