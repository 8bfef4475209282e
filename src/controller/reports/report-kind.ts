/** The resources that a report can be written as. */
export type ReportKind = 'Report' | 'PolicyReport';

export interface ReportResource {
  readonly apiVersion: string;
  readonly plural: string;
  /** Name of the CustomResourceDefinition. */
  readonly definition: string;
  /** Where the CustomResourceDefinition comes from. */
  readonly home: string;
}

export const REPORT_RESOURCES: Readonly<Record<ReportKind, ReportResource>> = {
  // apis/openreports.io/v1alpha1/report_types.go, openreports/reports-api v0.2.1
  Report: {
    apiVersion: 'openreports.io/v1alpha1',
    plural: 'reports',
    definition: 'reports.openreports.io',
    home: 'https://github.com/openreports/reports-api',
  },
  // config/crds/policyreport/wgpolicyk8s.io_policyreports.yaml, kyverno/kyverno v1.19.1
  PolicyReport: {
    apiVersion: 'wgpolicyk8s.io/v1alpha2',
    plural: 'policyreports',
    definition: 'policyreports.wgpolicyk8s.io',
    home: 'https://github.com/kubernetes-sigs/wg-policy-prototypes',
  },
};

export const REPORT_KINDS: readonly ReportKind[] = ['Report', 'PolicyReport'];
