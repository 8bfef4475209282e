import { valuesTable } from './values-table.ts';

/** Renders README.md of the chart from the text of its values.yaml. */
export function readmePage(values: string): string {
  return `<!-- Generated from values.yaml by charts/generate.ts; do not edit. -->
# The zonewise chart

Installs the webhook (\`zonewise serve\`, read-only) and the controller (\`zonewise controller\`: certificates, audit).

\`\`\`sh
helm install zonewise charts/zonewise --namespace zonewise --create-namespace \\
  --set image.repository=YOUR-REGISTRY/zonewise
helm test zonewise --namespace zonewise
\`\`\`

Without Helm: prefix the image's name in [zonewise.yaml](../zonewise.yaml) with your registry, then run
\`kubectl apply --server-side -f charts/zonewise.yaml\`. The file is the output of \`helm template\` with default values.

## Reviewed Services

\`matchConditions\` limit the API server's calls to Services with \`internalTrafficPolicy: Local\`, \`externalTrafficPolicy: Local\`,
\`trafficDistribution\`, a topology annotation or an annotation of zonewise. With \`failurePolicy: Ignore\` and \`timeoutSeconds: 2\` no
Service is denied because zonewise is unavailable. kube-system and the release's namespace are excluded. The mutating webhook is
registered only if \`config.defaults\` is not empty.

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
