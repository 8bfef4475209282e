import { kubectlPluginCases } from './cases/kubectl-plugin.ts';
import { controlPlaneSuite } from './suite.ts';

await controlPlaneSuite(
  { what: 'kubectl zonewise, against a real control plane', title: 'zonewise as a plugin of the real kubectl' },
  kubectlPluginCases,
);
