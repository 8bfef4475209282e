// One file on purpose: every file would start its own control plane.
import { afterAll, beforeAll } from 'vitest';
import { controlPlaneSuite } from '../e2e/suite.ts';
import { costAttacks } from './cases/cost.ts';
import { denialAttacks } from './cases/denial.ts';
import { floodAttacks } from './cases/flood.ts';
import { sizeAttacks } from './cases/size.ts';
import { type AttackedCluster, startAttacked } from './environment.ts';

await controlPlaneSuite(
  { what: 'attacks on the webhook (npm run test:attack)', title: 'a user of one namespace attacks the webhook' },
  plane => {
    let running: AttackedCluster | undefined;
    const attacked = (): AttackedCluster => {
      if (running === undefined) throw new Error('the webhook is not up');
      return running;
    };
    beforeAll(async () => {
      running = await startAttacked(plane());
    });
    afterAll(() => running?.stop());

    denialAttacks(attacked);
    sizeAttacks(attacked);
    costAttacks(attacked);
    floodAttacks(attacked);
  },
);
