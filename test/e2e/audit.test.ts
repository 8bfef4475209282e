import { auditStories } from './cases/audit.ts';
import { controlPlaneSuite } from './suite.ts';

await controlPlaneSuite(
  { what: 'the audit of a real control plane', title: 'zonewise controller auditing a real cluster' },
  auditStories,
);
