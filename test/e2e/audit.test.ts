import { auditCases } from './cases/audit.ts';
import { controlPlaneSuite } from './suite.ts';

await controlPlaneSuite(
  { what: 'the audit of a real control plane', title: 'zonewise controller in a real cluster' },
  auditCases,
);
