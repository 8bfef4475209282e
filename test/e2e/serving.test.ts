import { servingCases } from './cases/serving.ts';
import { controlPlaneSuite } from './suite.ts';

await controlPlaneSuite(
  {
    what: 'serving under load, against a real control plane',
    title: 'two replicas of zonewise serve behind one address',
  },
  servingCases,
);
