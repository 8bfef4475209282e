import { valuesTable } from './values-table.ts';

/** Renders README.md of the chart from the text of its values.yaml and the version. */
export function readmePage(values: string, version: string): string {
  return `<!-- Generated from values.yaml by charts/generate.ts; do not edit. -->
# The zonewise chart

Installs the webhook (\`zonewise serve\`, read-only) and the controller (\`zonewise controller\`: certificates, audit).

\`\`\`sh
helm install zonewise charts/zonewise --namespace zonewise --create-namespace \\
  --set image.repository=YOUR-REGISTRY/zonewise
helm test zonewise --namespace zonewise
\`\`\`

Without Helm: replace \`registry.invalid\` in [zonewise.yaml](../zonewise.yaml) by your registry, then run
\`kubectl apply --server-side -f charts/zonewise.yaml\`. The file is the output of \`helm template\` with default values.

## As an OCI artifact

\`\`\`sh
helm package charts/zonewise
helm push zonewise-${version}.tgz oci://YOUR-REGISTRY/charts
helm install zonewise oci://YOUR-REGISTRY/charts/zonewise --version ${version} --namespace zonewise --create-namespace \\
  --set image.repository=YOUR-REGISTRY/zonewise
\`\`\`

The image is then expected as \`YOUR-REGISTRY/zonewise:${version}\`. Chart, image and program have the same version.

## Reviewed Services

\`matchConditions\` limit the API server's calls to Services with \`internalTrafficPolicy: Local\`, \`externalTrafficPolicy: Local\`,
\`trafficDistribution\`, a topology annotation or an annotation of zonewise. With \`failurePolicy: Ignore\` and \`timeoutSeconds: 2\` no
Service is denied because zonewise is unavailable. kube-system and the release's namespace are excluded. The mutating webhook is
registered only if \`config.defaults\` is not empty.

\`webhooks.objectSelector\` limits the calls further, by labels of the Service. Authors choose these labels: with a rule at level deny, they
could choose not to be reviewed. The chart needs no Gateway and no Ingress: the API server calls a ClusterIP Service.

## Reviewed workloads and Nodes

\`config.workloads.enabled: true\` registers a second webhook, \`validate-workloads.zonewise.dev\`, and restarts the serving Pods
([what it warns of](../../docs/workloads.md)). Its \`matchConditions\` limit the calls to changes that may take endpoints away: fewer replicas, other
labels, ports, node selectors, affinities, tolerations or strategies, deletions, evictions, and Nodes that become unschedulable. Controllers in
kube-system, among them the autoscaler, are excluded, as their warnings reach no person. \`webhooks.workloads.controllers\` includes them, and so does
\`config.workloads.deny\`.

\`failurePolicy\` is always \`Ignore\`, and \`timeoutSeconds\` is 1: a drain must not depend on zonewise. \`webhooks.objectSelector\` and
\`webhooks.matchConditions\` are for Services and do not apply. The permissions stay the same.

## Autoscaling

\`serve.autoscaling\` creates a HorizontalPodAutoscaler for the webhook, and \`serve.replicas\` is not used. When it is turned on for an
existing release, Helm removes the number of replicas and the Deployment has one until the autoscaler acts, usually within half a
minute. The controller is not scaled: one replica is leader.

## ServiceAccounts

Webhook and controller have two accounts, and the chart refuses one account for both: the webhook must not be able to write. With
\`serviceAccount.create: false\` you create the account; the chart still binds its roles to it.

## Certificates

| \`certificates.mode\` | Secret with the key pair | caBundle of the webhooks |
|---|---|---|
| \`self-managed\` | created and renewed by the controller | written by the controller; the chart never sets it, so upgrades keep it |
| \`cert-manager\` | a Certificate, from a CA created by the chart or \`certificates.issuerRef\` | injected by cert-manager |
| \`existing-secret\` | \`certificates.secret\` | its \`ca.crt\`, written by the controller, or \`certificates.caBundle\` |

## Removal

\`helm uninstall\` first runs a Job that deletes the webhook configurations. If its image is not available any more, use
\`helm uninstall --no-hooks\`: Helm itself deletes webhook configurations before anything else. The Secrets of the controller stay; the
notes after an installation name them.

## Values

${valuesTable(values)}
`;
}
