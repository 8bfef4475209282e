import { certificateCases } from './cases/certificates.ts';
import { controlPlaneSuite } from './suite.ts';

await controlPlaneSuite(
  { what: 'the controller against a real control plane', title: 'zonewise controller with a real API server' },
  certificateCases,
);
