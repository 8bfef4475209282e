import { reportCases } from './cases/reports.ts';
import { WITH_GARBAGE_COLLECTOR } from './control-plane.ts';
import { controlPlaneSuite } from './suite.ts';

await controlPlaneSuite(
  {
    what: 'reports in a real control plane',
    title: 'the reports of zonewise controller in a real cluster',
    plane: { controllers: WITH_GARBAGE_COLLECTOR },
  },
  reportCases,
);
