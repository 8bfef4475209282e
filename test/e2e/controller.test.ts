import { certificateStories } from './cases/certificates.ts';
import { controlPlaneSuite } from './suite.ts';

await controlPlaneSuite(
  { what: 'the controller against a real control plane', title: 'zonewise controller beside a real API server' },
  certificateStories,
);
